// Using the page: by keyboard, with a screen reader, with other programs.

import { beforeAll, expect, it } from "vitest";
import type { Program } from "../support/program";
import { programPages } from "../support/program_pages";
import {
  eventually, rowIds, style, text, value,
} from "../support/table";

const pages = programPages();
const { open } = pages;
let program: Program;
beforeAll(() => {
  program = pages.program();
});

const aaplAndMsft = "p.symbol=AAPL&p.symbol=MSFT";

it("can be used from the keyboard", async () => {
  await program.post([
    { symbol: "AAPL", price: 12.5 }, { symbol: "MSFT", price: 30 },
  ]);
  const { page, complaints } = await open(aaplAndMsft);
  const focused = () => page.evaluate(() => {
    const x = document.activeElement;
    return `${x?.closest("[row-id]")?.getAttribute("row-id") ?? ""} ${
      x?.getAttribute("col-id") ?? x?.id ?? ""}`;
  });
  await page.keyboard.press("/");
  expect(await focused()).toBe(" search");
  // Through the bar's buttons into the table's header, and down.
  const tab = async (until: string) => {
    for (let i = 0; i < 20 && (await focused()) !== until; ++i)
      await page.keyboard.press("Tab");
    expect(await focused()).toBe(until);
  };
  await tab(" symbol");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await eventually(() => rowIds(page), ["MSFT", "AAPL"]);
  await page.keyboard.press("ArrowDown");
  expect(await focused()).toBe("MSFT symbol");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  expect(await focused()).toBe("AAPL price");
  await page.keyboard.press("Control+c");
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()),
    "12.5");
  // A header's filter.
  for (let i = 0; i < 3; ++i) await page.keyboard.press("ArrowUp");
  expect(await focused()).toBe(" price");
  await page.keyboard.press("Control+Enter");
  await page.locator(".ag-filter").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".ag-filter").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  expect(await page.locator("#help-dialog").isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  expect(await page.locator("#help-dialog").isVisible()).toBe(false);
  expect(complaints).toEqual([]);
});

it("is a table to a screen reader", async () => {
  const { page } = await open(aaplAndMsft);
  const grid = page.getByRole("region", { name: "Live Grid" })
    .locator("[role=grid], [role=treegrid]");
  await eventually(() => grid.getAttribute("aria-rowcount"), "3");
  expect(await grid.getAttribute("aria-colcount")).not.toBeNull();
  expect(await page.getByRole("columnheader", { name: "Price" })
    .getAttribute("aria-colindex")).not.toBeNull();
  expect(await page.getByRole("gridcell", { name: "AAPL" }).count()).toBe(1);
  expect(await text(page.getByRole("status"))).toBe("Live");
});

it("copies the rows and saves them as CSV", async () => {
  await program.post({ symbol: "AAPL", price: 12.5, prev_close: 10 });
  const { page, complaints } = await open("p.symbol=AAPL");
  await eventually(() => text(value(page, "AAPL", "price")), "12.5");
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await eventually(async () =>
    (await page.evaluate(() => navigator.clipboard.readText()))
      .split("\n")[1]?.split("\t").slice(0, 3),
  ["AAPL", "12.5", "0.25"]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^live_grid-.*\.csv$/);
  const chunks: Buffer[] = [];
  for await (const x of await download.createReadStream())
    chunks.push(x as Buffer);
  const lines = Buffer.concat(chunks).toString().split("\r\n");
  expect(lines[0]).toBe("Symbol,Price,Change %,Volume,Date,Market Cap");
  expect(lines[1]).toMatch(/^AAPL,12\.5,0\.25,/);
  expect(complaints).toEqual([]);
});

it("has other colours for up and down", async () => {
  await program.post({ symbol: "AAPL", price: 12, prev_close: 10 });
  const { page, complaints } = await open("p.symbol=AAPL");
  await page.getByRole("button", { name: /Blue and orange/ }).click();
  await eventually(() => style(value(page, "AAPL", "price"), "color"),
    "rgb(11, 98, 196)");
  expect(page.url()).toContain("colours=safe");
  expect(complaints).toEqual([]);
});

it("says how to connect Workspace", async () => {
  const { page } = await open("");
  await page.getByRole("button", { name: "Connect Workspace" }).click();
  expect(await text(page.locator("#backend-url"))).toBe(program.url);
  const links = await page.locator("a[href]").evaluateAll((all) =>
    all.map((x) => x.getAttribute("href")));
  expect(links).toEqual(expect.arrayContaining([
    "metrics", "health", "docs", "openapi.json", "asyncapi.json",
  ]));
});
