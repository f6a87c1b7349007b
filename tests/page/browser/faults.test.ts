// A server that is not as it should be.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { TestBrowser } from "../support/browser";
import { FakeBackend, fakeWidget } from "../support/fake_backend";
import {
  connection, eventually, rowIds, text, value,
} from "../support/table";

const columns = [
  { field: "symbol", headerName: "Symbol" },
  { field: "price", headerName: "Price" },
];

const browser = new TestBrowser();
let backend: FakeBackend;
let page: Page;
let complaints: string[];

beforeAll(() => browser.start());
afterAll(() => browser.stop());

afterEach(async () => {
  await page.close();
  await backend.stop();
});

async function open(
  rows: () => unknown,
  widget = fakeWidget(columns),
  query = "",
) {
  backend = new FakeBackend(widget, rows);
  await backend.start();
  ({ page, complaints } = await browser.open(`${backend.url}/${query}`));
}

it("bad messages change nothing, and the good ones between them count",
  async () => {
    await open(() => [{ symbol: "A", price: 1 }]);
    await eventually(() => rowIds(page), ["A"]);
    await eventually(() => connection(page), "live");
    const bad: unknown[] = [
      "ping", "", "{", '{"symbol":"A","price":NaN}', Buffer.from([1, 2, 3]),
      null, 5, [], [null, 5, "x", [[]]], {}, { symbol: "Z", price: 9 },
      { symbol: ["A"], price: undefined }, { type: "heartbeat" },
      { symbol: "A", __proto__: { price: 7 }, constructor: 5 },
      { symbol: "A", more: 1 },
    ];
    for (const x of bad) {
      backend.send(x);
      expect(await rowIds(page)).toEqual(["A"]);
    }
    backend.send({ symbol: "A", price: { deep: [1] } });
    await eventually(() => text(value(page, "A", "price")), '{"deep":[1]}');
    backend.send({ symbol: "A", price: "text <img src=x>" });
    await eventually(() => text(value(page, "A", "price")), "text <img src=x>");
    backend.send({ symbol: "A", price: 2.5 });
    await eventually(() => text(value(page, "A", "price")), "2.5");
    await eventually(() => text(page.locator("#unreadable")), "5");
    expect(complaints).toEqual([]);
  });

it("an error from the server is shown", async () => {
  await open(() => [{ symbol: "A", price: 1 }]);
  await eventually(() => connection(page), "live");
  backend.send({ type: "error", detail: "no such symbol: ?" });
  await eventually(() => text(page.locator("#notices")), "no such symbol: ?");
});

it.each([
  ["a detail", { status: 422, body: '{"detail":"bad symbol"}' }, "bad symbol"],
  ["no JSON", { status: 500, body: "<html>" }, "Internal Server Error"],
  ["no array", { body: '{"rows":[]}' }, "the rows are no JSON array"],
  ["no JSON but 200", { body: "<html>" }, "the rows are no JSON array"],
])("rows that fail with %s are said to, and asked for again",
  async (_, answer, why) => {
    let fails = true;
    await open(() => (fails ? answer : [{ symbol: "A", price: 1 }]));
    await eventually(() => text(page.locator("#overlay")), `No rows: ${why}`);
    expect(await connection(page)).toBe("down");
    fails = false;
    await eventually(() => rowIds(page), ["A"]);
    await eventually(() => connection(page), "live");
  });

it("no rows are no rows", async () => {
  await open(() => []);
  await eventually(() => text(page.locator("#overlay")), "No rows.");
  backend.send({ symbol: "A", price: 1 });
  await eventually(() => connection(page), "live");
  expect(await rowIds(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

it("rows with holes, repeats and things that are none", async () => {
  await open(() => [
    { symbol: "A", price: null, extra: 1 }, null, 5, "x", { symbol: "B" },
    { symbol: "A", price: 3 }, {},
  ]);
  await eventually(() => rowIds(page), ["A", "B", ""]);
  expect(await text(value(page, "A", "price"))).toBe("3");
  expect(await text(value(page, "B", "price"))).toBe("-");
  expect(complaints).toEqual([]);
});

it("a closed socket is dialled again, and its rows fetched", async () => {
  let price = 1;
  await open(() => [{ symbol: "A", price }]);
  await eventually(() => connection(page), "live");
  price = 2;
  backend.hangUp();
  await eventually(() => text(value(page, "A", "price")), "2");
  await eventually(() => connection(page), "live");
  expect(backend.opened).toBe(2);
  expect(backend.received).toHaveLength(2);
  backend.send({ symbol: "A", price: 3 });
  await eventually(() => text(value(page, "A", "price")), "3");
});

it("without a row id rows are appended", async () => {
  const widget = fakeWidget(columns);
  widget.data = { table: { columnsDefs: columns } };
  await open(() => [{ symbol: "A", price: 1 }], widget);
  await eventually(() => connection(page), "live");
  backend.send({ symbol: "A", price: 2 });
  backend.send([{ symbol: "B", price: 3 }, { symbol: "A", price: 4 }]);
  const prices = () => page.evaluate(() =>
    [...document.querySelectorAll(".ag-row")]
      .sort((a, b) => Number(a.getAttribute("row-index"))
        - Number(b.getAttribute("row-index")))
      .map((x) => x.querySelector("[col-id=price]")?.textContent));
  await eventually(prices, ["1", "2", "3", "4"]);
  expect(complaints).toEqual([]);
});

it("a widget that is not live shows its rows", async () => {
  const widget = fakeWidget(columns);
  delete widget.wsEndpoint;
  await open(() => [{ symbol: "A", price: 1 }], widget);
  await eventually(() => rowIds(page), ["A"]);
  expect(await text(page.locator("#connection"))).toBe("Not live");
  expect(backend.opened).toBe(0);
  expect(complaints).toEqual([]);
});

it("a mangled address is no view, but the page is there", async () => {
  await open(() => [{ symbol: "A", price: 1 }], fakeWidget(columns),
    "?widget=none&sort=price,zzz:desc&filter={bad&theme=x&p.q=1");
  await eventually(() => rowIds(page), ["A"]);
  expect(complaints).toEqual([]);
});

it("every kind of parameter has its control", async () => {
  const params = [
    { paramName: "day", type: "date", value: "2026-11-23" },
    { paramName: "count", type: "number", value: 5 },
    { paramName: "on", type: "boolean", value: false, label: "Switched on" },
    { paramName: "mode", type: "tabs", value: "a",
      options: [{ label: "A", value: "a" }, { label: "B", value: "b" }] },
    { paramName: "venue", type: "endpoint", optionsEndpoint: "rows",
      optionsParams: { of: "$mode" } },
    { paramName: "hidden", type: "text", value: "h", show: false },
  ];
  let answer: unknown = [{ symbol: "A", price: 1 }];
  await open(() => answer, fakeWidget(columns, { params }));
  await eventually(() => connection(page), "live");
  const first = { day: "2026-11-23", count: 5, on: null, mode: "a",
    venue: null, hidden: "h" };
  const last = () => backend.received.at(-1);
  expect(last()).toEqual({ type: "params", params: first });
  expect(backend.asked[0]).toBe(
    "day=2026-11-23&count=5&mode=a&hidden=h&with=source");
  await page.getByRole("switch", { name: "Switched on" }).click();
  await eventually(last, { type: "params", params: { ...first, on: "true" } });
  await page.getByText("B", { exact: true }).click();
  await page.getByRole("spinbutton", { name: "count" }).fill("7");
  await page.keyboard.press("Enter");
  answer = ["NYSE", "XETRA"];
  await page.getByRole("button", { name: "venue: None" }).click();
  await page.getByRole("option", { name: "XETRA" }).waitFor();
  answer = [{ symbol: "A", price: 1 }];
  expect(backend.asked.at(-1)).toBe("of=b");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await eventually(last, { type: "params", params: {
    ...first, on: "true", mode: "b", count: 7, venue: "XETRA" } });
  await eventually(() => connection(page), "live");
  expect(backend.opened).toBe(1);
  expect(complaints).toEqual([]);
});

it.each([
  "?p.constructor=x", "?p.__proto__=x", "?p.toString=x&p.valueOf=y",
  "?widget=__proto__&sort=constructor:desc,__proto__:asc",
  '?filter={"constructor":{"filterType":"text","type":"contains",'
  + '"filter":"x"},"__proto__":{"filterType":"text"}}',
])("an address with names that every object has is opened: %s",
  async (query) => {
    await open(() => [{ symbol: "A", price: 1 }], fakeWidget(columns), query);
    await eventually(() => rowIds(page), ["A"]);
    await eventually(() => connection(page), "live");
    backend.send({ symbol: "A", price: 2.5 });
    await eventually(() => text(value(page, "A", "price")), "2.5");
    expect(complaints.filter((x) => !x.includes("AG Grid"))).toEqual([]);
  });

it("a formula is copied as a text, by key and by selection", async () => {
  await open(() => [{ symbol: "A", price: "=1+1" }]);
  await eventually(() => rowIds(page), ["A"]);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await value(page, "A", "price").click();
  await page.keyboard.press("Control+c");
  await eventually(clipboard, "'=1+1");
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await value(page, "A", "price").evaluate((x) =>
    getSelection()?.selectAllChildren(x));
  await page.keyboard.press("Control+c");
  await eventually(clipboard, "'=1+1");
});
