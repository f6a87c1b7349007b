import { describe, expect, it } from "vitest";
import {
  cellText, changeText, isLink, substitute, tooltipText,
} from "../../../http/page/src/render/cell_text";
import { column } from "../support/column";

describe("cellText", () => {
  it.each([
    ["null is a dash", null, {}, "-"],
    ["undefined too", undefined, {}, "-"],
    ["a dash has no prefix", null, { prefix: "$" }, "-"],
    ["numbers have three decimals", 1234.56789, {}, "1,234.568"],
    ["or as many as the column says", 1.5555, { decimalPlaces: 1 }, "1.6"],
    ["prefix and suffix go around", 5, { prefix: "$", suffix: " M" }, "$5 M"],
    ["around formatters too", 0.5,
      { formatterFn: "normalizedPercent", prefix: "~" }, "~50.0 %"],
    ["a number as text stays", 12345, { cellDataType: "text" }, "12345"],
    ["booleans are words", true, {}, "true"],
    ["objects are JSON", { a: 1 }, {}, '{"a":1}'],
    ["text stays", "hello world", {}, "hello world"],
    ["titleCase", "hello WORLD of USA", { renderFn: "titleCase" },
      "Hello World of USA"],
    ["titleCase of a key", "market_cap", { renderFn: ["titleCase"] },
      "Market cap"],
    ["long text is cut", "x".repeat(201), {}, `${"x".repeat(200)}…`],
    ["200 is not long", "x".repeat(200), {}, "x".repeat(200)],
    ["an unknown formatter is none", 1.5, { formatterFn: "currency" }, "1.5"],
  ])("%s", (_, value, x, text) => {
    expect(cellText(value, column(x))).toBe(text);
  });

  it.each([
    ["date", "2026-11-23", {}, "2026-11-23"],
    ["date", "2026-11-23T00:00:00", {}, "2026-11-23"],
    ["last_update", "2026-11-23T14:05:06.789Z", {}, "2026-11-23 14:05:06"],
    ["date", 1_700_000_000, {}, "2023-11-14 22:13:20"],
    ["date", 1_700_000_000_000, {}, "2023-11-14 22:13:20"],
    ["year", 2026, {}, "2026"],
    ["date", "2026-11-23", { formatterFn: "dateToYear" }, "2026"],
    ["time", "2026-11-23", { formatterFn: "dateToYear" }, "2026"],
    ["date", "soon", {}, "soon"],
    ["date", null, {}, "-"],
    // Taken for a date by its name, but no date; and told that it is none.
    ["day_high", 151.25, {}, "151.25"],
    ["day_high", 2026, { chartDataType: "series" }, "2,026"],
    ["year", 2026, { cellDataType: "number" }, "2,026"],
    ["birthday", 2026, {}, "2,026"],
  ])("%s: %s", (field, value, x, text) => {
    expect(cellText(value, column({ field, ...x }))).toBe(text);
  });
});

it("the tooltip has the whole value, with prefix and suffix", () => {
  const x = column({ prefix: "$", suffix: " M", decimalPlaces: 0 });
  expect(tooltipText(1234.5678, x)).toBe("$1234.5678 M");
  expect(tooltipText("x".repeat(300), column())).toHaveLength(300);
  expect(tooltipText(null, x)).toBe("");
});

it("showCellChange knows no formatter, prefix or suffix", () => {
  const x = column({ formatterFn: "percent", prefix: "$", suffix: "!" });
  expect(changeText(1234.5678, x)).toBe("1,234.568");
  expect(changeText(1.5, column({ decimalPlaces: 0 }))).toBe("2");
  expect(changeText(null, x)).toBe("-");
});

it.each([
  ["http://x", true], ["https://x", true], ["ftp://x", false], [5, false],
  [null, false],
])("%s is a link: %s", (value, is) => {
  expect(isLink(value)).toBe(is);
});

it.each([
  ["{a} and {b}", "1 and two"],
  ["{ a }", "1"],
  ["{c}", "-"],
  ["{unknown}", "{unknown}"],
  ["{list}", "[1,2]"],
  ["no key", "no key"],
])("%s becomes %s", (template, text) => {
  const row = { a: 1, b: "two", c: null, list: [1, 2] };
  expect(substitute(template, row)).toBe(text);
});
