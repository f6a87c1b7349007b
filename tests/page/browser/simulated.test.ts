// What the page says of prices that a simulator has invented.

import { afterAll, beforeAll, expect, it } from "vitest";
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

async function open(query = "") {
  const opened = await browser.open(`${backend.url}/${query}`);
  const banner = opened.page.locator("#simulated");
  return { ...opened, shown: () => banner.isVisible(), banner };
}

it("is said as long as a row on the screen is simulated", async () => {
  const { page, shown, banner, complaints } = await open();
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

it("is not said of a backend that does not say where rows are from", async () => {
  rows = [{ symbol: "A", price: 5 } as (typeof rows)[number]];
  const { page, shown } = await open();
  await eventually(() => rowIds(page), ["A"]);
  backend.send({ symbol: "A", price: 6 });
  // The bar at the bottom, which looks at the rows, has taken note of it.
  await eventually(async () =>
    (await page.locator("#rate").textContent()) !== "0", true);
  expect(await shown()).toBe(false);
});
