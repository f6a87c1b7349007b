// showCellChange: what a cell shows when its value moves.

import type { Column, Row } from "../contract/types";
import { type Paint, type Palette, paintOf, testedValue } from "./colour";
import { formatPrice } from "./number";

/** How long a change is shown after the last one, in milliseconds. */
export const changeShown = 2000;

export interface Change {
  text: string;
  up: boolean;
}

/** The arrow and size of a change; nothing if there is none to show. */
export function changeOf(before: unknown, after: unknown): Change | null {
  if (Object.is(before, after)) return null;
  if (typeof before !== "number" || typeof after !== "number") return null;
  const delta = difference(before, after);
  const up = delta >= 0;
  return { text: `${up ? "↑" : "↓"}${formatPrice(Math.abs(delta))}`, up };
}

/**
 * 189.41 - 189.4 is 0.009999999999990905, and four decimals, not six, are what
 * a hundredth has. Fifteen digits are what the larger number holds for sure.
 */
function difference(before: number, after: number): number {
  const size = Math.max(Math.abs(before), Math.abs(after));
  const decimals = 14 - Math.floor(Math.log10(size));
  return Number((after - before).toFixed(Math.min(Math.max(decimals, 0), 100)));
}

/** Its text colour: by the rules; if none matches, green above 0, else red. */
export function changePaint(
  row: Row,
  column: Column,
  palette: Palette,
): Paint {
  const { colorRules, colorValueKey } = column.renderFnParams;
  const value = testedValue(row, column.field, colorValueKey);
  const paint = paintOf(value, colorRules, palette);
  if (paint.text !== undefined || paint.background !== undefined) return paint;
  const up = typeof value === "number" && value > 0;
  return { text: up ? palette.green : palette.red };
}
