// The page that the real program serves.

import { beforeAll, expect, it } from "vitest";
import type { Program } from "../support/program";
import { programPages } from "../support/program_pages";
import {
  cell, connection, eventually, rowIds, style, text, value,
} from "../support/table";

const pages = programPages();
const { open } = pages;
let program: Program;
beforeAll(() => {
  program = pages.program();
});

const aaplAndMsft = "p.symbol=AAPL&p.symbol=MSFT";

it("shows the first rows, the widget's columns first", async () => {
  const { page, complaints } = await open(aaplAndMsft);
  await eventually(() => rowIds(page), ["AAPL", "MSFT"]);
  expect(await page.locator(".ag-header-cell-text").allTextContents())
    .toEqual(["Symbol", "Price", "Change %", "Volume", "Date", "Market Cap"]);
  expect(await text(value(page, "AAPL", "volume"))).toMatch(/^[\d,]+$/);
  expect(await style(cell(page, "AAPL", "volume"), "text-align")).toBe("right");
  expect(await style(cell(page, "AAPL", "symbol"), "text-align")).toBe("start");
  expect(complaints).toEqual([]);
});

it("changes exactly the cells that a tick is about", async () => {
  await program.post(
    { symbol: "AAPL", price: 150, prev_close: 145, volume: 7 });
  const { page, complaints } = await open(aaplAndMsft);
  await eventually(() => text(value(page, "AAPL", "price")), "150");
  const before = await page.locator("[row-id=MSFT]").first().textContent();
  expect(await style(value(page, "AAPL", "price"), "color"))
    .toBe("rgb(34, 197, 94)");
  expect(await page.locator(".lg-changed").count()).toBe(0);

  await program.post({ symbol: "AAPL", price: 140.25, volume: 8 });
  await eventually(() => text(value(page, "AAPL", "price")), "140.25");
  expect(await text(cell(page, "AAPL", "price").locator(".lg-delta")))
    .toBe("↓9.75");
  expect(await style(value(page, "AAPL", "price"), "color"))
    .toBe("rgb(239, 68, 68)");
  expect(await page.locator(".lg-changed").count()).toBe(1);
  expect(await text(value(page, "AAPL", "change_percent"))).toBe("-0.033");
  expect(await style(value(page, "AAPL", "change_percent"), "color"))
    .toBe("rgb(239, 68, 68)");
  // enableCellChangeWs is false.
  expect(await text(value(page, "AAPL", "volume"))).toBe("7");
  expect(await page.locator("[row-id=MSFT]").first().textContent())
    .toBe(before);

  // The change goes two seconds after the last one.
  await eventually(() => page.locator(".lg-changed").count(), 0);
  expect(await text(cell(page, "AAPL", "price").locator(".lg-delta"))).toBe("");
  await page.reload();
  await eventually(() => text(value(page, "AAPL", "volume")), "8");
  expect(complaints).toEqual([]);
});

it("changes the subscription on the same socket", async () => {
  const { page, complaints } = await open("p.symbol=AAPL");
  const sockets = await program.subscribers();
  await page.getByRole("button", { name: "Symbol: AAPL" }).click();
  await page.getByRole("option", { name: "AAPL" }).click();
  await eventually(() => text(page.locator("#overlay")), "Nothing is chosen.");
  await page.getByRole("option", { name: "TSLA" }).click();
  await eventually(() => rowIds(page), ["TSLA"]);
  await program.post({ symbol: "TSLA", price: 256.5 });
  await eventually(() => text(value(page, "TSLA", "price")), "256.5");
  expect(await program.subscribers()).toBe(sockets);
  // A name that is no option, from a feed of one's own.
  await program.post({ symbol: "BTC-USD", price: 65000.5 });
  await page.getByRole("combobox", { name: "Symbol: search" }).fill("BTC-USD");
  await page.keyboard.press("Enter");
  await eventually(() => rowIds(page), ["TSLA", "BTC-USD"]);
  await eventually(() => text(value(page, "BTC-USD", "price")), "65,000.5");
  expect(new URL(page.url()).searchParams.getAll("p.symbol"))
    .toEqual(["TSLA", "BTC-USD"]);
  expect(complaints).toEqual([]);
});

it("recovers when the program is started again", async () => {
  const { page } = await open(aaplAndMsft);
  await program.stop();
  await eventually(() => connection(page), "down");
  expect(await text(page.locator("#connection"))).toMatch(/^Down: /);
  expect(await page.title()).toMatch(/down$/);
  expect(await style(page.locator("#grid"), "filter")).toBe("grayscale(1)");
  expect(await rowIds(page)).toEqual(["AAPL", "MSFT"]);

  program = await pages.startAgain();
  await program.post({ symbol: "AAPL", price: 199.5 });
  // Whether that tick comes by GET or by WebSocket: nothing stays stale.
  await eventually(() => connection(page), "live");
  await eventually(() => text(value(page, "AAPL", "price")), "199.5");
  await program.post({ symbol: "AAPL", price: 200.25 });
  await eventually(() => text(value(page, "AAPL", "price")), "200.25");
  expect(await style(page.locator("#grid"), "filter")).toBe("none");
});

it("holds still while paused, and catches up", async () => {
  const { page, complaints } = await open(aaplAndMsft);
  await program.post({ symbol: "MSFT", price: 300 });
  await eventually(() => text(value(page, "MSFT", "price")), "300");
  await page.keyboard.press("p");
  await eventually(() => connection(page), "paused");
  const conflated = async () =>
    Number(await text(page.locator("#conflated")));
  const before = await conflated();
  for (const price of [301, 302, 303])
    await program.post({ symbol: "MSFT", price });
  await eventually(conflated, before + 2);
  expect(await text(value(page, "MSFT", "price"))).toBe("300");
  await page.getByRole("button", { name: "Resume" }).click();
  await eventually(() => text(value(page, "MSFT", "price")), "303");
  expect(await text(cell(page, "MSFT", "price").locator(".lg-delta")))
    .toBe("↑3.00");
  expect(complaints).toEqual([]);
});

it("keeps the view in the address", async () => {
  await program.post([
    { symbol: "AAPL", price: 10 }, { symbol: "MSFT", price: 30 },
    { symbol: "TSLA", price: 20 },
  ]);
  const three = `${aaplAndMsft}&p.symbol=TSLA`;
  const { page, complaints } = await open(three);
  const header = page.getByRole("columnheader", { name: "Price" });
  await header.click();
  await eventually(() => rowIds(page), ["AAPL", "TSLA", "MSFT"]);
  await header.click();
  await eventually(() => rowIds(page), ["MSFT", "TSLA", "AAPL"]);
  await page.getByRole("searchbox", { name: "Search rows" }).fill("s");
  await eventually(() => rowIds(page), ["MSFT", "TSLA"]);
  await page.getByRole("button", { name: "Dark theme" }).click();
  const url = new URL(page.url());
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    sort: "price:desc", search: "s", theme: "dark",
  });

  const again = await open(url.search.slice(1));
  await eventually(() => rowIds(again.page), ["MSFT", "TSLA"]);
  expect(await again.page.evaluate(() =>
    document.documentElement.dataset.theme)).toBe("dark");
  // Sorted rows change places as they move.
  await program.post({ symbol: "TSLA", price: 40 });
  await eventually(() => rowIds(again.page), ["TSLA", "MSFT"]);
  expect(complaints).toEqual([]);
  expect(again.complaints).toEqual([]);
});

it("filters a column, and keeps that in the address too", async () => {
  await program.post([
    { symbol: "AAPL", price: 10 }, { symbol: "MSFT", price: 30 },
  ]);
  const filter = encodeURIComponent(JSON.stringify({
    price: { filterType: "number", type: "greaterThan", filter: 20 },
  }));
  const { page, complaints } = await open(`${aaplAndMsft}&filter=${filter}`);
  await eventually(() => rowIds(page), ["MSFT"]);
  await eventually(() => text(page.locator("#rows")), "1 of 2");
  // A row that comes into the filter's range comes into the table.
  await program.post({ symbol: "AAPL", price: 25 });
  await eventually(() => rowIds(page), ["AAPL", "MSFT"]);
  expect(new URL(page.url()).searchParams.get("filter")).toContain("price");
  expect(complaints).toEqual([]);
});

it("opens with the market, and with one's own symbols from an old address",
  async () => {
    const { page } = await open("");
    await eventually(async () => (await rowIds(page)).length >= 5, true);
    await eventually(
      () => new URL(page.url()).searchParams.get("widget"), "market");
    const { page: other } = await open("p.symbol=AAPL");
    await eventually(() => rowIds(other), ["AAPL"]);
    expect(new URL(other.url()).searchParams.get("widget")).toBe("live_grid");
  });

it("shows all of the market, and what comes to it", async () => {
  await program.post({ symbol: "AAPL", price: 150, prev_close: 145, bid: 149 });
  const { page, complaints } = await open("widget=market");
  await eventually(() => text(value(page, "AAPL", "bid")), "149");
  expect(await text(value(page, "AAPL", "change_percent"))).toBe("3.44 %");
  await program.post({ symbol: "BRAND-NEW", price: 2, volume: 1000 });
  await page.getByRole("searchbox").fill("BRAND-NEW");
  await eventually(() => rowIds(page), ["BRAND-NEW"]);
  await eventually(() => text(value(page, "BRAND-NEW", "volume")), "1,000");
  await page.getByRole("searchbox").fill("");
  // All is an option like others, so that one can leave it and come back.
  await page.getByRole("button", { name: /^Symbols: / }).click();
  await page.getByRole("option", { name: "All symbols" }).click();
  await eventually(() => text(page.locator("#overlay")), "Nothing is chosen.");
  await page.getByRole("option", { name: "TSLA" }).click();
  await eventually(() => rowIds(page), ["TSLA"]);
  expect(complaints).toEqual([]);
});
