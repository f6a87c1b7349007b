import { describe, expect, it } from "vitest";
import {
  columnsOf, liveFields,
} from "../../../http/page/src/contract/columns";
import { resolveDate } from "../../../http/page/src/contract/current_date";
import {
  allFalsy, asksForNothing, defaultValue, toQuery,
} from "../../../http/page/src/contract/params";
import {
  backendUrl, batchedSocketUrl, endpointUrl, rowsUrl, socketUrl, sourcedUrl,
} from "../../../http/page/src/contract/urls";
import {
  readOptions, readWidgets,
} from "../../../http/page/src/contract/widgets";
import { errorText } from "../../../http/page/src/feed/get_rows";
import { column } from "../support/column";

const widget = (x: object = {}) =>
  readWidgets({
    w: { name: "W", type: "live_grid", endpoint: "rows", ...x },
  })[0];

describe("widgets.json", () => {
  it.each([
    [null], [5], ["x"], [[]], [{}], [{ w: null }], [{ w: { type: "table" } }],
    [{ w: { type: "live_grid" } }], [{ w: { type: "live_grid", endpoint: 5 } }],
  ])("%o has no widget", (json) => {
    expect(readWidgets(json)).toEqual([]);
  });

  it("has defaults", () => {
    expect(widget()).toMatchObject({
      id: "w", name: "W", rowId: [], showAll: true, columns: [], params: [],
      refetchInterval: 900_000, runButton: false,
    });
  });

  it.each([
    [{ wsRowIdColumn: "a" }, ["a"]],
    [{ wsRowIdColumn: ["a", "b"] }, ["a", "b"]],
    [{ wsRowIdColumns: ["a"], wsRowIdColumn: "b" }, ["a"]],
    [{ wsRowIdColumn: "" }, []],
    [{}, []],
  ])("the row id of %o is %o", (data, rowId) => {
    expect(widget({ data })?.rowId).toEqual(rowId);
  });

  it.each([
    [{ refetchInterval: 5000 }, 5000],
    [{ refetchInterval: 10 }, 1000],
    [{ refetchInterval: false }, null],
    [{ refetchInterval: "*/5 * * * *" }, 900_000],
    [{ runButton: true }, null],
    [{ runButton: true, refetchInterval: 5000 }, 5000],
  ])("%o refetches every %s ms", (x, every) => {
    expect(widget(x)?.refetchInterval).toBe(every);
  });

  it("takes rows of params, and leaves out what is none", () => {
    const params = [[{ paramName: "a" }, { paramName: "b" }], 5, {},
      { paramName: "c", show: false }];
    expect(widget({ params })?.params.map((x) => [x.name, x.show])).toEqual([
      ["a", true], ["b", true], ["c", false],
    ]);
  });
});

describe("columns", () => {
  it.each([
    [{}, true], [{ enableCellChangeWs: true }, true],
    [{ enableCellChangeWs: false }, false],
    [{ enableCellChangeWs: null }, false],
  ])("%o is live: %s", (x, live) => {
    expect(column(x).live).toBe(live);
  });

  it.each([
    ["greenRed", ["greenRed"]],
    ["greenRed, titleCase", ["greenRed", "titleCase"]],
    [["hoverCard", "sing"], ["hoverCard"]],
    [undefined, []],
  ])("renderFn %o", (renderFn, fns) => {
    expect(column({ renderFn }).renderFns).toEqual(fns);
  });

  it.each([
    [{ pinned: true }, "left"], [{ pinned: "right" }, "right"], [{}, undefined],
    [{ field: "index" }, "left"],
    [{ field: "index", pinned: false }, undefined],
  ])("%o is pinned %s", (x, pinned) => {
    expect(column(x).pinned).toBe(pinned);
  });

  const declared = [column({ field: "b" }), column({ field: "x" }),
    column({ field: "a", enableCellChangeWs: false })];
  const row = { a: 1, b: 2, c: 3, market_cap: 4 };

  it("are the declared ones of the first row, in their order", () => {
    const fields = columnsOf(row, declared, false).map((x) => x.field);
    expect(fields).toEqual(["b", "a"]);
  });

  it("and with showAll the others, which are never live", () => {
    const all = columnsOf(row, declared, true);
    expect(all.map((x) => x.field)).toEqual(["b", "a", "c", "market_cap"]);
    expect(all.at(-1)?.headerName).toBe("Market Cap");
    expect(liveFields(all)).toEqual(["b"]);
  });

  it("the table's formatter is for columns without their own", () => {
    const x = widget({ data: { table: { formatterFn: "percent", columnsDefs: [
      { field: "a" }, { field: "b", formatterFn: "none" }] } } });
    expect(x?.columns.map((y) => y.formatterFn)).toEqual(["percent", "none"]);
  });
});

describe("parameters", () => {
  const now = new Date(2026, 10, 23, 12);
  const value = (x: object) => {
    const param = widget({ params: [{ paramName: "p", ...x }] })?.params[0];
    return param ? defaultValue(param, now) : undefined;
  };

  it.each([
    [{ value: "TSLA" }, "TSLA"],
    [{ value: ["AAPL", "TSLA"], multiSelect: true }, "AAPL,TSLA"],
    [{ value: 5 }, 5], [{ value: true }, true],
    [{ value: 0 }, null], [{ value: false }, null], [{ value: "" }, null],
    [{}, null],
    [{ type: "date", value: "$currentDate-1w" }, "2026-11-16"],
  ])("the default of %o is %o", (x, expected) => {
    expect(value(x)).toBe(expected);
  });

  it.each([
    ["$currentDate", "2026-11-23"],
    ["$currentDate+2d", "2026-11-25"],
    ["$currentDate-13h", "2026-11-22"],
    ["$currentDate-1M", "2026-10-23"],
    ["$currentDate-1Q", "2026-08-23"],
    ["$currentDate-1y", "2025-11-23"],
    ["$currentDate-1b", "2026-11-20"],
    ["$currentDate+5b", "2026-11-30"],
    ["2026-01-01", "2026-01-01"],
    ["$currentDate-1x", "$currentDate-1x"],
  ])("%s is %s", (text, day) => {
    expect(resolveDate(text, now)).toBe(day);
  });

  it("a month later is never two", () => {
    expect(resolveDate("$currentDate+1M", new Date(2026, 0, 31, 12)))
      .toBe("2026-02-28");
  });

  it.each([
    [{ symbol: ["AAPL", "MSFT"] }, "symbol=AAPL%2CMSFT"],
    [{ symbol: "a b" }, "symbol=a+b"],
    [{ a: "", b: null, c: "x", d: false, e: 0 }, "c=x&d=false&e=0"],
  ])("%o travels as %s", (values, query) => {
    expect(toQuery(values).toString()).toBe(query);
  });

  it.each([
    [{}, false, false], [{ a: null }, true, false], [{ a: "" }, true, false],
    [{ a: [] }, false, true], [{ a: null, b: "x" }, false, false],
  ])("%o: all falsy %s, nothing %s", (values, falsy, none) => {
    expect(allFalsy(values)).toBe(falsy);
    expect(asksForNothing(values)).toBe(none);
  });

  it.each([
    [["a", "b"], 2], [[{ label: "A", value: "a" }], 1], [[], 0],
  ])("options %o", (x, count) => {
    expect(readOptions(x)).toHaveLength(count);
  });

  it.each([[{ data: [] }], ["a"], [[5]], [[{ label: "no value" }]], [null]])(
    "%o are no options", (x) => {
      expect(readOptions(x)).toBeNull();
    });
});

describe("addresses", () => {
  const base = "http://h:1";

  it.each([
    ["rows", base, "http://h:1/rows"],
    ["/rows/", base, "http://h:1/rows"],
    ["a//b", "https://h/openbb", "https://h/openbb/a/b"],
    ["https://x//y/", base, "https://x/y"],
    ["ws?token=a//b", base, "http://h:1/ws?token=a//b"],
  ])("%s at %s is %s", (endpoint, at, url) => {
    expect(endpointUrl(endpoint, at)).toBe(url);
  });

  it.each([
    ["ws", base, "ws://h:1/ws"],
    ["/ws", "https://h/openbb", "wss://h/openbb/ws"],
    ["https://x/y", base, "wss://x/y"],
    ["ws?interval=100", base, "ws://h:1/ws?interval=100"],
  ])("the socket of %s at %s is %s", (endpoint, at, url) => {
    expect(socketUrl(endpoint, at)).toBe(url);
  });

  it.each([
    ["ws", "ws://h:1/ws?batch=array"],
    ["ws?interval=100", "ws://h:1/ws?interval=100&batch=array"],
    ["ws?batch=rows", "ws://h:1/ws?batch=rows"],
  ])("the batched socket of %s is %s", (endpoint, url) => {
    expect(batchedSocketUrl(endpoint, base)).toBe(url);
  });

  it.each([
    ["http://h:1/rows", "http://h:1/rows?with=source"],
    ["ws://h:1/ws?batch=array", "ws://h:1/ws?batch=array&with=source"],
    ["http://h:1/rows?with=x", "http://h:1/rows?with=x"],
  ])("asked for the source %s is %s", (url, sourced) => {
    expect(sourcedUrl(url)).toBe(sourced);
  });

  it.each([
    ["rows", { symbol: ["A", "B"] }, "http://h:1/rows?symbol=A%2CB"],
    ["rows", {}, "http://h:1/rows"],
    ["rows/{symbol}", { symbol: "A/B", x: "1" }, "http://h:1/rows/A%2FB?x=1"],
    ["rows/{other}", { symbol: "A" }, "http://h:1/rows/{other}?symbol=A"],
    ["rows?fixed=1", { symbol: "A" }, "http://h:1/rows?fixed=1"],
  ])("the rows of %s with %o are at %s", (endpoint, values, url) => {
    expect(rowsUrl(endpoint, base, values)).toBe(url);
  });

  it.each([
    ["http://h:1/?widget=x#y", "http://h:1"],
    ["https://h/openbb/", "https://h/openbb"],
    ["https://h/openbb/index.html", "https://h/openbb"],
  ])("the backend of the page %s is %s", (page, url) => {
    expect(backendUrl(page)).toBe(url);
  });
});

it.each([
  [{ detail: "d", message: "m" }, "d"],
  [{ message: "m", error: "e" }, "m"],
  [{ error: "e" }, "e"],
  [{ detail: [{ msg: "x" }] }, '[{"msg":"x"}]'],
  [{ other: 1 }, '{"other":1}'],
  ["text", "text"],
])("the error %o says %s", (json, text) => {
  expect(errorText(json)).toBe(text);
});
