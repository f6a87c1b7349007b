import { describe, expect, it } from "vitest";
import {
  changeOf, changePaint, changeShown,
} from "../../../http/page/src/render/change";
import { workspacePalette } from "../../../http/page/src/render/colour";
import { column } from "../support/column";

const { green, red, blue } = workspacePalette;

describe("changeOf", () => {
  it.each([
    [150, 151.5, { text: "↑1.50", up: true }],
    [151.5, 150, { text: "↓1.50", up: false }],
    [150.1, 150.3, { text: "↑0.2000", up: true }],
    [1, 1.0001, { text: "↑0.000100", up: true }],
    [1000, 3500, { text: "↑2,500.00", up: true }],
    // Hundredths that binary numbers miss by a hair, on either side.
    [189.41, 189.4, { text: "↓0.0100", up: false }],
    [189.4, 189.41, { text: "↑0.0100", up: true }],
    [64250.01, 64250.02, { text: "↑0.0100", up: true }],
    [64250, 64250.01, { text: "↑0.0100", up: true }],
    [0.3, 0.3001, { text: "↑0.000100", up: true }],
    [3, 2, { text: "↓1.00", up: false }],
    [1.1, 2.1, { text: "↑1.00", up: true }],
    // What is less stays less.
    [1, 1.009999, { text: "↑0.009999", up: true }],
    [100000000, 100000000.0001, { text: "↑0.000100", up: true }],
    [0, 1e-7, { text: "↑0.00000010", up: true }],
    [0, 1e-120, { text: "↑0.00000000", up: true }],
    [1e17, 3e17, { text: "↑200,000,000,000,000,000.00", up: true }],
    [-0, 0, { text: "↑0.00000000", up: true }],
    [150, 150, null],
    [null, 150, null],
    [150, null, null],
    ["a", "b", null],
  ])("from %s to %s", (before, after, change) => {
    expect(changeOf(before, after)).toEqual(change);
  });
});

describe("changePaint", () => {
  const rules = [{ condition: "gt", value: 100, color: "blue" }];

  it.each([
    ["by another cell", { price: 5, change: -1 },
      { colorValueKey: "change" }, red],
    ["by itself without that", { price: 5, change: null },
      { colorValueKey: "change" }, green],
    ["zero is red", { price: 5, change: 0 }, { colorValueKey: "change" }, red],
    ["null is red", { price: null }, {}, red],
    ["by rules", { price: 150 }, { colorRules: rules }, blue],
    ["else by sign", { price: 5 }, { colorRules: rules }, green],
    ["else red", { price: -5 }, { colorRules: rules }, red],
  ])("%s", (_, row, renderFnParams, text) => {
    const x = column({ renderFn: "showCellChange", renderFnParams });
    expect(changePaint(row, x, workspacePalette)).toEqual({ text });
  });

  it("lasts two seconds", () => {
    expect(changeShown).toBe(2000);
  });
});
