import { describe, expect, it } from "vitest";
import { compare } from "../../../http/page/src/grid/compare";
import {
  copyText, safeSelection, toCsv, toTsv,
} from "../../../http/page/src/grid/csv";
import { columnsOf } from "../../../http/page/src/contract/columns";
import { rowsUrl } from "../../../http/page/src/contract/urls";
import { ageText } from "../../../http/page/src/render/age_text";
import { substitute } from "../../../http/page/src/render/cell_text";
import { RowStore } from "../../../http/page/src/rows/row_store";
import {
  connectionText, countText, rateText,
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

const inherited = ["constructor", "toString", "__proto__", "hasOwnProperty"];

describe.each(inherited)("a name that every object has: %s", (name) => {
  it("is a parameter like any other in the address", () => {
    const { params } = readUrl(`p.${name}=x&p.${name}=y`);
    expect(Object.entries(params)).toEqual([[name, ["x", "y"]]]);
    expect(writeUrl(readUrl(`p.${name}=x`))).toBe(`p.${name}=x`);
  });

  it("is no parameter that nobody has given", () => {
    const [widget] = readWidgets({ w: { type: "live_grid", endpoint: "e",
      params: [{ paramName: name, type: "text" }] } });
    expect(fromUrl(readUrl("").params, widget?.params ?? [])).toEqual({});
    const given = fromUrl(readUrl(`p.${name}=x`).params, widget?.params ?? []);
    expect(Object.entries(given)).toEqual([[name, "x"]]);
    expect(Object.entries(toUrl(given, {}))).toEqual([[name, ["x"]]]);
    expect(rowsUrl(`rows/{${name}}`, "http://h", {}))
      .toBe(`http://h/rows/{${name}}`);
  });

  it("is no cell that nobody has sent", () => {
    const mine = column({ field: name });
    expect(columnsOf({ price: 1 }, [mine], false)).toEqual([]);
    expect(toCsv([mine], [{ price: 1 }])).toBe(`${mine.headerName}\r\n\r\n`);
    expect(substitute(`{${name}}`, { price: 1 })).toBe(`{${name}}`);
    const store = new RowStore([name], [name]);
    store.replace([JSON.parse(`{"${name}":"k","price":1}`)], 0);
    expect([...store.rows.keys()]).toEqual(["k"]);
    store.take({ price: 2 }, 1);
    expect(store.counters.dropped).toBe(1);
  });
});

describe("a text that a spreadsheet would run", () => {
  const mine = [column({ field: "a", headerName: "A" })];
  const csv = (a: unknown) => toCsv(mine, [{ a }]).slice(3, -2);
  const tsv = (a: unknown) => toTsv(mine, [{ a }]).slice(2, -1);

  it.each(["=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x",
    "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", ";=1", ";x", "\u2028=1",
  ])("%j is a text in a file and on the clipboard", (x) => {
    expect(csv(x).replace(/^"/, "")).toMatch(/^'/);
    expect(tsv(x)).toMatch(/^'/);
    expect(copyText(x)).toMatch(/^'/);
  });

  it.each([["a;=1", "a;'=1"], ["a\n=1", "a\n'=1"], ["a\t ＝1", "a\t' ＝1"],
    ["{\n@x", "{\n'@x"],
  ])("%j is one also behind what may end a cell", (x, text) => {
    expect(csv(x)).toBe(`"${text}"`);
    expect(tsv(x)).not.toMatch(/[\t\n]/);
  });

  it("stays as it is where it is none", () => {
    for (const x of ["AAPL", "a-b", "1=1", "a;b", "x @ y"])
      expect(copyText(x)).toBe(x);
    expect(copyText(-1.5)).toBe("-1.5");
    expect(copyText(null)).toBe("");
    expect(copyText('"=1"')).toBe(`'"=1"`);
  });

  it("is one where a reader has selected it", () => {
    expect(safeSelection("AAPL\n-1.5\n+2.00%\n-\n=1+1\nx\t@y\n-1+1"))
      .toBe("AAPL\n-1.5\n+2.00%\n-\n'=1+1\nx\t'@y\n'-1+1");
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
    expect(countText(5, 1000, true)).toBe("5 of 1,000 or more");
  });
});
