// What the page says of prices that a simulator has invented.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser";
import { FakeBackend, fakeWidget } from "../support/fake_backend";
import { eventually, rowIds, text, value } from "../support/table";

const columns = [
  { field: "symbol", headerName: "Symbol" },
  { field: "price", headerName: "Price" },
  { field: "volume", headerName: "Volume", enableCellChangeWs: false },
];

const row = (symbol: string, source: string) =>
  ({ symbol, price: 5, volume: 7 as number | null, source });

const browser = new TestBrowser();
let rows = [row("A", "simulator"), row("B", "post")];
const backend = new FakeBackend(fakeWidget(columns), () => rows);

beforeAll(async () => {
  await Promise.all([browser.start(), backend.start()]);
});

afterAll(async () => {
  await browser.stop();
  await backend.stop();
});

/** What it asks for would be counted as another's. */
let page: Page;
afterEach(() => page.close());

async function open(query = "") {
  const opened = await browser.open(`${backend.url}/${query}`);
  page = opened.page;
  const banner = opened.page.locator("#simulated");
  return { ...opened, shown: () => banner.isVisible(), banner };
}

it("is said as long as a row on the screen is simulated", async () => {
  const { shown, banner, complaints } = await open();
  await eventually(shown, true);
  expect(await banner.textContent()).toContain("Simulated prices");
  expect(backend.asked.at(-1)).toBe("with=source");
  // No column comes by that.
  const headers = await page.getByRole("columnheader").allTextContents();
  expect(headers.map((x) => x.trim())).toEqual(["Symbol", "Price", "Volume"]);
  // Cells that no message changes are asked for, once the row is real.
  await eventually(() => text(value(page, "A", "volume")), "7");
  rows = [{ ...row("A", "post"), volume: null }, row("B", "post")];
  backend.send([{ symbol: "A", price: 6, volume: null, source: "post" }]);
  await eventually(shown, false);
  await eventually(() => text(value(page, "A", "volume")), "-");
  backend.send([{ symbol: "B", price: 7, source: "simulator" }]);
  await eventually(shown, true);
  // What is filtered out is not on the screen.
  await page.getByRole("searchbox").fill("A");
  await eventually(() => rowIds(page), ["A"]);
  await eventually(shown, false);
  expect(complaints).toEqual([]);
});

/** Each becomes real in a message, and a frame, of its own. */
async function takeOver(shown: () => Promise<boolean>) {
  for (const [i, { symbol }] of rows.entries()) {
    rows[i] = { ...row(symbol, "post"), volume: 8 };
    backend.send([{ ...rows[i], price: 6 }]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await eventually(shown, false);
}

const many = () =>
  Array.from({ length: 36 }, (_, i) => row(`S${i}`, "simulator"));

it("many that become real are asked for together", async () => {
  rows = many();
  const { shown } = await open();
  await eventually(shown, true);
  const before = backend.asked.length;
  await takeOver(shown);
  await page.getByRole("searchbox").fill("S35");
  await eventually(() => text(value(page, "S35", "volume")), "8");
  // One at once, and one that has seen the last; another on a slow machine.
  expect(backend.asked.length - before).toBeLessThan(5);
});

it("a slow answer is waited for, and then asked for again", async () => {
  rows = [row("A", "simulator"), row("B", "simulator")];
  const { shown } = await open();
  await eventually(shown, true);
  const before = backend.asked.length;
  const release = backend.hold();
  backend.send([row("A", "post")]);
  await eventually(() => backend.asked.length - before, 1);
  backend.send([row("B", "post")]);
  await eventually(shown, false);
  // What it says of B is older than what the socket has said.
  rows = [{ ...row("A", "post"), volume: 8 }, row("B", "simulator")];
  await release();
  rows = rows.map((x) => ({ ...x, volume: 9, source: "post" }));
  await eventually(() => text(value(page, "B", "volume")), "9");
  expect(backend.asked.length - before).toBe(2);
});

it("nothing is asked for where every cell is live", async () => {
  rows = many();
  const still = backend.widget;
  backend.widget = fakeWidget(columns.map(
    ({ field, headerName }) => ({ field, headerName })));
  const { shown } = await open();
  backend.widget = still;
  await eventually(shown, true);
  const before = backend.asked.length;
  await takeOver(shown);
  await eventually(() => text(value(page, "S0", "price")), "6");
  expect(backend.asked.length).toBe(before);
});

it("is not said of a backend that does not say where rows are from", async () => {
  rows = [{ symbol: "A", price: 5 } as (typeof rows)[number]];
  const { shown } = await open();
  await eventually(() => rowIds(page), ["A"]);
  backend.send({ symbol: "A", price: 6 });
  // The bar at the bottom, which looks at the rows, has taken note of it.
  await eventually(async () =>
    (await page.locator("#rate").textContent()) !== "0", true);
  expect(await shown()).toBe(false);
});
