// Looking at the table as a reader does.

import { expect } from "vitest";
import type { Locator, Page } from "playwright-core";

export function cell(page: Page, row: string, field: string): Locator {
  return page.locator(`[row-id="${row}"] [col-id="${field}"]`);
}

/** The value in a cell, without the change shown beside it. */
export function value(page: Page, row: string, field: string): Locator {
  return cell(page, row, field).locator(".lg-value, .lg-cell:not(:has(*))");
}

export async function text(x: Locator): Promise<string> {
  return (await x.textContent()) ?? "";
}

export async function style(x: Locator, property: string): Promise<string> {
  return x.evaluate((element, name) =>
    getComputedStyle(element).getPropertyValue(name), property);
}

const patience = 20_000;

/** Waits until something is as it should be, and says what it was if not. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  expected: T,
): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    const found = await look();
    try {
      expect(found).toEqual(expected);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function connection(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.documentElement.dataset.state);
}

/** The rows shown, top to bottom, by their ids; pinned parts count once. */
export function rowIds(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const places = new Map<string, number>();
    for (const x of document.querySelectorAll(".ag-row[row-id]"))
      places.set(x.getAttribute("row-id") ?? "",
        Number(x.getAttribute("row-index")));
    return [...places].sort((a, b) => a[1] - b[1]).map(([id]) => id);
  });
}
