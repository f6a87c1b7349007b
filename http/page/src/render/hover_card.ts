// hoverCard: what its cell and its card say.

import { isObject, own } from "../contract/json";
import type { Column, Row } from "../contract/types";
import { cellText, substitute } from "./cell_text";
import { labelOf } from "./title_case";

/** How long the pointer rests before the card opens, in milliseconds. */
export const hoverDelay = 300;

/** The cell's text: of an object, one of its members. */
export function hoverCellText(value: unknown, column: Column): string {
  const member = column.renderFnParams.hoverCard?.cellField ?? "value";
  return cellText(isObject(value) ? own(value, member) : value, column);
}

/** The card's markdown, `{key}` replaced from the object or else the row. */
export function hoverCardText(
  value: unknown,
  row: Row,
  column: Column,
): string {
  const values = isObject(value) ? value : row;
  const template =
    column.renderFnParams.hoverCard?.markdown
    ?? Object.keys(values)
      .map((key) => `- **${labelOf(key)}**: {${key}}`)
      .join("\n");
  return substitute(template, values);
}
