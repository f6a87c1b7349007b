import { describe, expect, it } from "vitest";
import {
  formatNumber, formatPrice, formatWith,
} from "../../../http/page/src/render/number";

describe("formatNumber", () => {
  it.each([
    [150.45, 3, "150.45"],
    [150, 3, "150"],
    [0.0306, 2, "0.03"],
    [1000388, 3, "1,000,388"],
    [-1234.5678, 3, "-1,234.568"],
    [1.23456, 0, "1"],
    [1.2345678, 6, "1.234568"],
    [0, 3, "0"],
    [-0.0001, 3, "0"],
    [1e15, 3, "1,000,000,000,000,000"],
  ])("%f with %i decimals is %s", (value, decimals, text) => {
    expect(formatNumber(value, decimals)).toBe(text);
  });
});

describe("formatPrice", () => {
  it.each([
    [1234.567, "1,234.57"],
    [1, "1.00"],
    [0.99999, "1.0000"],
    [0.01, "0.0100"],
    [0.0001, "0.000100"],
    [0, "0.00000000"],
    [4.46, "4.46"],
    [null, "N/A"],
    [undefined, "N/A"],
    ["1", "N/A"],
    [NaN, "N/A"],
  ])("%s is %s", (value, text) => {
    expect(formatPrice(value)).toBe(text);
  });
});

describe("formatWith", () => {
  it.each([
    [1234.5678, undefined, 3, "1,234.568"],
    [1234.5678, "int", 3, "1,234.568"],
    [1234.5678, "int", 0, "1,235"],
    [1234.5678, "none", 0, "1234.5678"],
    [1e21, "none", 3, "1e+21"],
    // Cut, not rounded, and not scaled.
    [3.37559, "percent", 3, "3.375 %"],
    [3.37559, "percent", 0, "3.37 %"],
    [-3.379, "percent", 2, "-3.37 %"],
    [50, "percent", 2, "50.0 %"],
    [0.29, "percent", 2, "0.29 %"],
    // Scaled by a hundred.
    [0.5, "normalizedPercent", 3, "50.0 %"],
    [0.033736, "normalizedPercent", 3, "3.373 %"],
    [0.033736, "normalizedPercent", 0, "3.37 %"],
    [0.033736, "normalized", 2, "3.37"],
    [0.29, "normalized", 2, "29.0"],
    // Below a thousandth six decimals are kept.
    [0.0000123456, "normalized", 2, "0.001234"],
    [-0.033736, "normalizedPercent", 3, "-3.3736 %"],
    [12, "dateToYear", 3, "12"],
  ] as const)("%f as %s with %i decimals is %s",
    (value, formatter, decimals, text) => {
      expect(formatWith(value, formatter, decimals)).toBe(text);
    });
});
