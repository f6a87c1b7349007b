// Column options and render functions as the page shows them.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser";
import { FakeBackend, fakeWidget } from "../support/fake_backend";
import {
  cell, connection, eventually, rowIds, style, text, value,
} from "../support/table";

const columns = [
  { field: "symbol", headerName: "Symbol", pinned: "left", width: 90,
    headerTooltip: "What is traded", renderFn: "cellOnClick",
    renderFnParams: { actionType: "groupBy",
      groupBy: { paramName: "symbol", forceUpdate: true } } },
  { field: "secret", headerName: "Secret", hide: true },
  { field: "price", headerName: "Price", renderFn: ["showCellChange"],
    renderFnParams: { colorValueKey: "secret" } },
  { field: "filled", headerName: "Filled", renderFn: "columnColor",
    prefix: "$", suffix: " M", decimalPlaces: 1, align: "center",
    renderFnParams: { colorRules: [
      { condition: "gt", value: 0, color: "green", fill: true },
      { condition: "between", range: { min: 10, max: 20 }, color: "#102030",
        fill: true },
    ] } },
  { field: "share", headerName: "Share", formatterFn: "normalizedPercent",
    renderFn: "greenRed" },
  { field: "words", headerName: "Words", renderFn: "titleCase" },
  { field: "info", headerName: "Info", renderFn: "hoverCard",
    renderFnParams: { hoverCard: { cellField: "short", title: "About",
      markdown: "**{name}** is in {place}" } } },
  { field: "link", headerName: "Link" },
  { field: "ask", headerName: "Ask", renderFn: "cellOnClick",
    renderFnParams: { actionType: "sendToAgent",
      sendToAgent: { markdown: "What of {symbol} at {price}?" } } },
  { field: "other", headerName: "Other", renderFn: "cellOnClick",
    renderFnParams: { actionType: "groupBy",
      groupBy: { paramName: "symbol", valueField: "words" } } },
  { field: "line", headerName: "Line", sparkline: { type: "line" } },
  { field: "bars", headerName: "Bars", sparkline: { type: "bar" } },
];

const rows = (symbol: string) => ({
  symbol, secret: 1, price: 5, filled: 5, share: 0.5, words: "hello WORLD",
  info: { short: "Apple", name: "Apple Inc", place: "<b>Cupertino</b>" },
  link: "https://example.com/x", ask: "why", other: "set",
  line: [1, 3, 2], bars: [1, -1],
  undeclared: 7,
});

const params = [{ paramName: "symbol", type: "text", value: "A,B" }];

const browser = new TestBrowser();
const backend = new FakeBackend(
  fakeWidget(columns, { params }),
  (query) => (query.get("symbol") ?? "A,B").split(",").map(rows),
);
let page: Page;
let complaints: string[];

beforeAll(async () => {
  await browser.start();
  await backend.start();
  ({ page, complaints } = await browser.open(backend.url));
  await eventually(() => connection(page), "live");
  await eventually(() => rowIds(page), ["A", "B"]);
});

afterAll(async () => {
  await browser.stop();
  await backend.stop();
});

it("sends all parameters once the socket opens", () => {
  expect(backend.received)
    .toEqual([{ type: "params", params: { symbol: "A,B" } }]);
});

it("pins, hides, sets widths and leaves out what is not declared", async () => {
  const headers = await page.locator(".ag-header-cell-text").allTextContents();
  expect(headers).toEqual(["Symbol", "Price", "Filled", "Share", "Words",
    "Info", "Link", "Ask", "Other", "Line", "Bars"]);
  expect(await style(cell(page, "A", "symbol"), "width")).toBe("90px");
  expect(await page.locator(".ag-pinned-left-header, .ag-header-cell")
    .filter({ hasText: "Symbol" }).count()).toBeGreaterThan(0);
  expect(await style(cell(page, "A", "filled"), "text-align")).toBe("center");
});

it("paints by rules, the last match last", async () => {
  const filled = cell(page, "A", "filled");
  expect(await text(filled)).toBe("$5 M");
  expect(await style(filled, "background-color")).toBe("rgb(34, 197, 94)");
  expect(await style(value(page, "A", "filled"), "color"))
    .toBe("rgb(0, 0, 0)");
  backend.send({ symbol: "A", filled: 15.25 });
  await eventually(() => text(filled), "$15.3 M");
  expect(await style(filled, "background-color")).toBe("rgb(16, 32, 48)");
  expect(await style(value(page, "A", "filled"), "color"))
    .toBe("rgb(255, 255, 255)");
  backend.send({ symbol: "A", filled: -1 });
  await eventually(() => text(filled), "$-1 M");
  expect(await style(filled, "background-color")).toBe("rgba(0, 0, 0, 0)");
});

it("formats and cases", async () => {
  expect(await text(cell(page, "A", "share"))).toBe("50.0 %");
  expect(await style(value(page, "A", "share"), "color"))
    .toBe("rgb(34, 197, 94)");
  expect(await text(cell(page, "A", "words"))).toBe("Hello World");
  const link = cell(page, "A", "link").getByRole("link", { name: "Open link" });
  expect(await link.getAttribute("href")).toBe("https://example.com/x");
  expect(await link.getAttribute("rel")).toContain("noopener");
});

it("shows how a value moves, in the colour of a hidden cell", async () => {
  backend.send([{ symbol: "B", price: 4, secret: 0 }]);
  await eventually(() => text(value(page, "B", "price")), "4");
  expect(await text(cell(page, "B", "price").locator(".lg-delta")))
    .toBe("↓1.00");
  expect(await style(value(page, "B", "price"), "color"))
    .toBe("rgb(239, 68, 68)");
  // The colour follows its cell, also where the value stays.
  backend.send({ symbol: "B", secret: 1 });
  await eventually(() => style(value(page, "B", "price"), "color"),
    "rgb(34, 197, 94)");
});

it("opens a card, whose text cannot be markup", async () => {
  const info = cell(page, "A", "info");
  expect(await text(info)).toBe("Apple");
  await info.locator(".lg-cell").hover();
  const card = page.locator("#lg-card");
  await card.waitFor({ state: "visible" });
  expect(await text(card)).toBe("AboutApple Inc is in <b>Cupertino</b>");
  expect(await text(card.locator("p strong"))).toBe("Apple Inc");
  await page.mouse.move(0, 0);
  await card.waitFor({ state: "hidden" });
  await info.click();
  await card.waitFor({ state: "visible" });
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "hidden" });
});

it("draws sparklines, and again when they change", async () => {
  const line = cell(page, "A", "line").locator("path");
  const before = await line.getAttribute("d");
  expect(before).toMatch(/^M[\d.]+ [\d.]+L/);
  expect(await cell(page, "A", "bars").locator("rect").count()).toBe(2);
  const picture = cell(page, "A", "line").locator("svg");
  expect(await picture.getAttribute("aria-label"))
    .toBe("3 values from 1 to 2");
  backend.send({ symbol: "A", line: [3, 2, 1], bars: [1, 2, 3] });
  await eventually(() => cell(page, "A", "bars").locator("rect").count(), 3);
  expect(await line.getAttribute("d")).not.toBe(before);
});

it("a prompt for an agent goes to the clipboard", async () => {
  await cell(page, "A", "ask").getByRole("button").click();
  await eventually(() => page.evaluate(() => navigator.clipboard.readText()),
    "What of A at 5?");
});

it("a click need not have this widget fetch anything", async () => {
  const { asked, received } = backend;
  const before = [asked.length, received.length];
  await cell(page, "A", "other").getByRole("button").click();
  const control = page.getByRole("textbox", { name: "symbol" });
  await eventually(() => control.inputValue(), "hello WORLD");
  expect(await rowIds(page)).toEqual(["A", "B"]);
  expect([asked.length, received.length]).toEqual(before);
});

it("dims a row that has gone quiet, until it moves", async () => {
  const classes = (row: string) => cell(page, row, "price")
    .evaluate((x) => x.classList.contains("lg-quiet"));
  for (const price of [6, 7, 8, 9]) backend.send({ symbol: "B", share: price });
  await eventually(() => classes("B"), true);
  backend.send({ symbol: "B", share: 1 });
  await eventually(() => classes("B"), false);
});

it("a click on a cell sets the parameter it is for", async () => {
  const sockets = backend.opened;
  await cell(page, "B", "symbol").getByRole("button").click();
  await eventually(() => rowIds(page), ["B"]);
  expect(backend.received.at(-1))
    .toEqual({ type: "params", params: { symbol: "B" } });
  expect(backend.opened).toBe(sockets);
  expect(await page.getByRole("textbox", { name: "symbol" }).inputValue())
    .toBe("B");
  expect(page.url()).toContain("p.symbol=B");
});

it("has complained about nothing", () => {
  expect(complaints).toEqual([]);
});
