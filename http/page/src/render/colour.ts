// The colour engine of greenRed, columnColor and showCellChange.

import { own } from "../contract/json";
import type { ColorRule, Row } from "../contract/types";

/** What the names in a rule stand for. */
export interface Palette {
  green: string;
  red: string;
  blue: string;
}

/** Workspace's own. */
export const workspacePalette: Palette = {
  green: "#22c55e",
  red: "#ef4444",
  blue: "#0088CC",
};

/** How a cell is painted; absent is as the theme has it. */
export interface Paint {
  text?: string;
  background?: string;
}

const upDown: ColorRule[] = [
  { condition: "gt", value: 0, color: "green" },
  { condition: "lt", value: 0, color: "red" },
];

/** Runs all rules in order; for each property the last match counts. */
export function paintOf(
  value: unknown,
  rules: ColorRule[] | undefined,
  palette: Palette,
): Paint {
  const result: Paint = {};
  for (const rule of rules?.length ? rules : upDown) {
    if (!matches(rule, value)) continue;
    const colour = named(rule.color, palette);
    if (rule.fill) result.background = colour;
    result.text = rule.fill ? contrast(colour) : colour;
  }
  return result;
}

/** The value that rules look at: another cell's where one is named. */
export function testedValue(
  row: Row,
  field: string,
  colorValueKey: string | undefined,
): unknown {
  const other = colorValueKey === undefined
    ? undefined
    : own(row, colorValueKey);
  return other ?? own(row, field);
}

function matches(rule: ColorRule, value: unknown): boolean {
  const wanted = rule.value;
  const numbers = (test: (a: number, b: number) => boolean) =>
    typeof value === "number" && typeof wanted === "number"
    && test(value, wanted);
  switch (rule.condition) {
    case "eq":
      return value === wanted;
    case "ne":
      return value !== wanted;
    case "gt":
      return numbers((a, b) => a > b);
    case "lt":
      return numbers((a, b) => a < b);
    case "gte":
      return numbers((a, b) => a >= b);
    case "lte":
      return numbers((a, b) => a <= b);
    case "between":
      return (
        typeof value === "number" && rule.range !== undefined
        && value >= rule.range.min && value <= rule.range.max
      );
    case "contains":
      return contains(value, wanted);
    case "notContains":
      return !contains(value, wanted);
    default:
      return false;
  }
}

function contains(value: unknown, wanted: unknown): boolean {
  const lower = (x: unknown) => String(x ?? "").toLowerCase();
  return lower(value).includes(lower(wanted));
}

function named(colour: string, palette: Palette): string {
  return Object.hasOwn(palette, colour)
    ? palette[colour as keyof Palette]
    : colour;
}

/** Black or white, whichever is easier to read on `colour` (WCAG 2.2). */
export function contrast(colour: string): string {
  const hex = colour.replace("#", "");
  const full = hex.length === 3 ? [...hex].map((x) => x + x).join("") : hex;
  const light = [0, 2, 4]
    .map((at) => parseInt(full.slice(at, at + 2), 16) / 255)
    .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
  const [r = 0, g = 0, b = 0] = light;
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  // Where black and white contrast alike.
  return luminance > 0.179 ? "#000000" : "#ffffff";
}
