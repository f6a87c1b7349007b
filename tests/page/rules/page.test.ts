import { describe, expect, it } from "vitest";
import { compare } from "../../../http/page/src/grid/compare";
import { toCsv, toTsv } from "../../../http/page/src/grid/csv";
import {
  ageText, connectionText, countText, rateText,
} from "../../../http/page/src/ui/status_text";
import {
  fromUrl, readUrl, toUrl, writeUrl,
} from "../../../http/page/src/ui/url_state";
import { readWidgets } from "../../../http/page/src/contract/widgets";
import { column } from "../support/column";

describe("the address", () => {
  it.each([
    [""],
    ["widget=w&p.symbol=AAPL&p.symbol=MSFT&sort=price:desc,volume:asc"],
    ["p.symbol="],
    ["filter=%7B%22price%22:%7B%22type%22:%22lessThan%22%7D%7D"],
    ["search=apple&theme=dark&colours=safe"],
  ])("%s is the same when read and written", (query) => {
    expect(writeUrl(readUrl(query))).toBe(query);
  });

  it.each([
    ["theme=pink&colours=x&filter={bad&sort="],
    ["filter=[1]"], ["filter=5"], ["filter=null"],
  ])("%s is an address without a view", (query) => {
    expect(writeUrl(readUrl(query))).toBe("");
  });

  const params = readWidgets({ w: { type: "live_grid", endpoint: "x", params: [
    { paramName: "symbol", multiSelect: true },
    { paramName: "n", type: "number" },
    { paramName: "text" },
  ] } })[0]?.params ?? [];

  it.each([
    ["p.symbol=A&p.symbol=B", { symbol: ["A", "B"] }],
    ["p.symbol=", { symbol: [] }],
    ["p.n=5", { n: 5 }],
    ["p.n=five", { n: null }],
    ["p.text=", { text: null }],
    ["p.text=x&p.unknown=y", { text: "x" }],
    ["symbol=A", {}],
  ])("%s means %o", (query, values) => {
    expect(fromUrl(readUrl(query).params, params)).toEqual(values);
  });

  it.each([
    [{ symbol: ["A", "B"] }, { symbol: "A" }, { symbol: ["A", "B"] }],
    [{ symbol: ["A"] }, { symbol: "A" }, {}],
    [{ symbol: [] }, { symbol: null }, { symbol: [] }],
    [{ n: 5 }, { n: 5 }, {}],
    [{ n: null }, { n: 5 }, { n: [""] }],
    [{ on: "true" }, { on: null }, { on: ["true"] }],
  ])("of %o only what is not %o is in it", (values, defaults, params) => {
    expect(toUrl(values, defaults)).toEqual(params);
  });
});

describe("rows as text", () => {
  const columns = [column({ field: "a", headerName: 'The "A"' }),
    column({ field: "b", headerName: "B" })];
  const rows = [
    { a: "x,y", b: 1.5 }, { a: "two\nlines", b: null }, { a: "=1+1", b: -1 },
    { a: [1, 2], b: true, c: "not a column" },
  ];

  it("CSV as RFC 4180 has it, without formulas", () => {
    expect(toCsv(columns, rows)).toBe(
      '"The ""A""",B\r\n"x,y",1.5\r\n"two\nlines",\r\n\'=1+1,-1\r\n' +
      '"[1,2]",true\r\n');
  });

  it("tabs for the clipboard", () => {
    expect(toTsv(columns, rows.slice(0, 2)))
      .toBe('The "A"\tB\nx,y\t1.5\ntwo lines\t\n');
  });
});

it("missing values are last, up and down", () => {
  const sorted = (values: unknown[], descending: boolean) =>
    [...values].sort((a, b) =>
      (descending ? -1 : 1) * compare(a, b, null, null, descending));
  expect(sorted([2, null, 10, undefined, -1], false))
    .toEqual([-1, 2, 10, null, undefined]);
  expect(sorted([2, null, 10, -1], true)).toEqual([10, 2, -1, null]);
  expect(sorted(["b10", "b9", "a"], false)).toEqual(["a", "b9", "b10"]);
});

describe("the status bar", () => {
  const ready = { are: "ready" } as const;

  it.each([
    [{ is: "live" }, ready, false, "live", "Live"],
    [{ is: "live" }, ready, true, "paused", "Paused"],
    [{ is: "off" }, ready, false, "still", "Not live"],
    [{ is: "connecting" }, ready, false, "wait", "Connecting"],
    [{ is: "live" }, { are: "loading" }, false, "wait", "Loading rows"],
    [{ is: "live" }, { are: "failed", why: "x" }, false, "down", "No rows: x"],
    [{ is: "down", why: "gone", retryAt: 2500 }, ready, true, "down",
      "Down: gone, trying again in 2 s"],
    [{ is: "down", why: "gone", retryAt: null }, ready, false, "down",
      "Down: gone"],
  ] as const)("%o, %o", (connection, rows, paused, state, text) => {
    expect(connectionText(connection, rows, paused, 1000))
      .toEqual({ state, text });
  });

  it("a screen reader is not told of each second", () => {
    const down = { is: "down", why: "gone", retryAt: 2500 } as const;
    expect(connectionText(down, ready, false, null).text)
      .toBe("Down: gone, trying again");
  });

  it.each([
    [null, "–"], [0, "0.0 s"], [1234, "1.2 s"], [59_600, "60 s"],
    [180_000, "3 min"], [10_800_000, "3 h"],
  ])("an age of %s ms is %s", (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });

  it("counts and rates", () => {
    expect([0, 0.5, 5000].map(rateText)).toEqual(["0", "0.5", "5,000"]);
    expect(countText(5, 5)).toBe("5");
    expect(countText(5, 1000)).toBe("5 of 1,000");
  });
});
