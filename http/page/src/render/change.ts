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
  // 150.3 - 150.1 is 0.20000000000001705.
  const delta = Number((after - before).toPrecision(12));
  const up = delta >= 0;
  return { text: `${up ? "↑" : "↓"}${formatPrice(Math.abs(delta))}`, up };
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
