// All of the market: how many there are, and those to come.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { TestBrowser } from "../support/browser";
import { FakeBackend, fakeWidget } from "../support/fake_backend";
import {
  cell, connection, eventually, rowIds, text, value,
} from "../support/table";

const columns = [
  { field: "symbol", headerName: "Symbol" },
  { field: "price", headerName: "Price" },
];

const browser = new TestBrowser();
let rows = [{ symbol: "A", price: 1 }];
const backend = new FakeBackend(fakeWidget(columns), () => rows);

beforeAll(async () => {
  await Promise.all([browser.start(), backend.start()]);
});

afterAll(async () => {
  await browser.stop();
  await backend.stop();
});

beforeEach(() => {
  rows = [{ symbol: "A", price: 1 }];
});

async function open() {
  const opened = await browser.open(`${backend.url}/`);
  await eventually(() => connection(opened.page), "live");
  return { ...opened, count: () => opened.page.locator("#rows").textContent() };
}

it("a new symbol is a new row", async () => {
  backend.total = 1;
  const { page, count, complaints } = await open();
  await eventually(() => rowIds(page), ["A"]);
  await eventually(count, "1");
  backend.send([{ symbol: "B", price: 2 }]);
  await eventually(() => rowIds(page), ["A", "B"]);
  await eventually(count, "2");
  backend.send({ symbol: "B", price: 3 });
  await eventually(() => text(value(page, "B", "price")), "3");
  expect(complaints).toEqual([]);
});

it("an empty market comes alive", async () => {
  rows = [];
  backend.total = 0;
  const { page, complaints } = await open();
  await eventually(() => text(page.locator("#overlay")), "No rows.");
  backend.send({ symbol: "B", price: 2 });
  await eventually(() => rowIds(page), ["B"]);
  await eventually(() => page.locator("#overlay").isHidden(), true);
  expect(complaints).toEqual([]);
});

it("says of how many symbols these are the first", async () => {
  backend.total = 12_345;
  const { page, count, complaints } = await open();
  await eventually(count, "1 of 12,345");
  backend.send([{ symbol: "B", price: 2 }, { symbol: "A", price: 5 }]);
  await eventually(() => text(value(page, "A", "price")), "5");
  expect(await rowIds(page)).toEqual(["A"]);
  expect(complaints).toEqual([]);
});

it("counts the symbols that are new where these are the first", async () => {
  backend.total = 3;
  const { page, count, complaints } = await open();
  await eventually(count, "1 of 3");
  // What a node says first is of all symbols that it has.
  backend.send(["A", "B", "C"].map((symbol) => ({ symbol, price: 2 })));
  await eventually(() => text(value(page, "A", "price")), "2");
  backend.send([{ symbol: "D", price: 2 }, { symbol: "D", price: 3 }]);
  await eventually(count, "1 of 4");
  backend.send({ symbol: "E", price: 2 });
  await eventually(count, "1 of 5");
  expect(await rowIds(page)).toEqual(["A"]);
  // Another link tells of all of them anew.
  backend.total = 4;
  backend.hangUp();
  await eventually(count, "1 of 4");
  expect(complaints).toEqual([]);
});

it("rows that nobody has asked for are left out", async () => {
  backend.total = null;
  const { page, complaints } = await open();
  await eventually(() => rowIds(page), ["A"]);
  backend.send([{ symbol: "B", price: 2 }, { symbol: "A", price: 5 }]);
  await eventually(() => text(value(page, "A", "price")), "5");
  expect(await rowIds(page)).toEqual(["A"]);
  expect(complaints).toEqual([]);
});

/** The widget as the program has it built in. */
function builtIn(): Record<string, unknown> {
  const source = readFileSync(
    `${process.env.LIVEGRID_SOURCE}/http/widgets/builtin_widgets.cpp`, "utf8");
  const [, json = ""] = /R"json\((.*)\)json"/s.exec(source) ?? [];
  return { ...JSON.parse(json).market, endpoint: "rows", wsEndpoint: "ws",
    params: [] };
}

it("shows the time of day of the last tick", async () => {
  backend.total = 1;
  const before = backend.widget;
  backend.widget = builtIn();
  const row = { symbol: "BRK.B", freshness: "live",
    time: "2026-11-30T19:54:47.923Z", price: 150.1234, bid: 149.99,
    ask: 150.01, change: -4.4612, change_percent: -0.030644, low: 150,
    high: 150.02, volume: 1000076, source: "simulator" };
  // Before its first tick a symbol has none.
  rows = [{ ...row, time: null } as (typeof rows)[number]];
  const { page, complaints } = await open();
  backend.widget = before;
  await page.setViewportSize({ width: 1440, height: 560 });
  backend.send(row);
  const time = cell(page, "BRK.B", "time");
  await eventually(() => text(time), row.time);
  const isCut = () => time.evaluate((x) => x.scrollWidth > x.clientWidth);
  await eventually(isCut, false);
  // All columns are there beside it.
  await eventually(() => text(value(page, "BRK.B", "source")), "simulator");
  expect(await page.locator(".ag-body-horizontal-scroll-viewport")
    .evaluate((x) => x.scrollWidth > x.clientWidth)).toBe(false);
  expect(complaints).toEqual([]);
});
