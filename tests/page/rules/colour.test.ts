import { describe, expect, it } from "vitest";
import {
  contrast, paintOf, testedValue, workspacePalette,
} from "../../../http/page/src/render/colour";
import type { ColorRule } from "../../../http/page/src/contract/types";

const { green, red, blue } = workspacePalette;

const paint = (value: unknown, ...rules: ColorRule[]) =>
  paintOf(value, rules, workspacePalette);

describe("the default rules", () => {
  it.each([
    [0.01, { text: green }],
    [-3, { text: red }],
    [0, {}],
    [null, {}],
    ["5", {}],
  ])("%s", (value, expected) => {
    expect(paintOf(value, undefined, workspacePalette)).toEqual(expected);
    expect(paint(value)).toEqual(expected);
  });
});

describe("a condition", () => {
  it.each([
    ["eq", 5, 5, true],
    ["eq", "5", 5, false],
    ["eq", "a", "a", true],
    ["eq", null, null, true],
    ["ne", 5, 5, false],
    ["ne", "5", 5, true],
    ["gt", 5, 4, true],
    ["gt", 5, 5, false],
    ["gt", "5", 4, false],
    ["gt", 5, "4", false],
    ["lt", 4, 5, true],
    ["lt", null, 5, false],
    ["gte", 5, 5, true],
    ["gte", 4.9, 5, false],
    ["lte", 5, 5, true],
    ["lte", 5.1, 5, false],
    ["contains", "Apple Inc", "INC", true],
    ["contains", "Apple Inc", "Corp", false],
    ["contains", 1505, "50", true],
    ["notContains", "Apple Inc", "inc", false],
    ["notContains", "Apple Inc", "corp", true],
  ] as const)("%s of %s and %s: %s", (condition, value, wanted, matches) => {
    const rule: ColorRule = { condition, value: wanted, color: "blue" };
    expect(paint(value, rule)).toEqual(matches ? { text: blue } : {});
  });

  it.each([
    [0, true], [10, true], [5, true], [-0.1, false], [10.1, false],
    ["5", false], [null, false],
  ])("between 0 and 10, inclusive: %s", (value, matches) => {
    const rule: ColorRule = {
      condition: "between", range: { min: 0, max: 10 }, color: "#abc",
    };
    expect(paint(value, rule)).toEqual(matches ? { text: "#abc" } : {});
  });

  it("that nobody knows never matches", () => {
    const rule = { condition: "like", value: 5, color: "red" };
    expect(paint(5, rule as unknown as ColorRule)).toEqual({});
  });

  it("between without a range never matches", () => {
    expect(paint(5, { condition: "between", color: "red" })).toEqual({});
  });
});

describe("several rules", () => {
  const above = (value: number, color: string, fill = false): ColorRule =>
    ({ condition: "gt", value, color, fill });

  it("the last match wins", () => {
    expect(paint(15, above(0, "green"), above(10, "blue"), above(20, "red")))
      .toEqual({ text: blue });
  });

  it("fill sets the background and a text that can be read on it", () => {
    expect(paint(15, above(0, "green", true)))
      .toEqual({ background: green, text: "#000000" });
    expect(paint(15, above(0, "#102030", true)))
      .toEqual({ background: "#102030", text: "#ffffff" });
  });

  it("each property has its own last match", () => {
    expect(paint(15, above(0, "green", true), above(10, "red")))
      .toEqual({ background: green, text: red });
    expect(paint(15, above(0, "red"), above(10, "green", true)))
      .toEqual({ background: green, text: "#000000" });
  });
});

it.each([
  ["#ffffff", "#000000"],
  ["#000", "#ffffff"],
  ["#22c55e", "#000000"],
  ["#ef4444", "#000000"],
  ["#0088CC", "#000000"],
  ["#123", "#ffffff"],
])("text on %s is %s", (background, text) => {
  expect(contrast(background)).toBe(text);
});

it.each([
  [{ price: 5, change: -1 }, "change", -1],
  [{ price: 5, change: 0 }, "change", 0],
  [{ price: 5, change: null }, "change", 5],
  [{ price: 5 }, "change", 5],
  [{ price: 5, change: -1 }, undefined, 5],
])("the tested value of %o by %s is %s", (row, key, value) => {
  expect(testedValue(row, "price", key)).toBe(value);
});
