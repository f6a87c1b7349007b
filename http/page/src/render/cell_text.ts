// A cell's text, before any renderFn.

import { own } from "../contract/json";
import type { Column, Row } from "../contract/types";
import { dateText, isDateColumn } from "./date";
import { formatNumber, formatWith } from "./number";
import { titleCase } from "./title_case";

export const nothing = "-";
const longest = 200;

/** The text of a plain cell: formatter, prefix and suffix applied. */
export function cellText(value: unknown, column: Column): string {
  if (value === null || value === undefined) return nothing;
  return column.prefix + bareText(value, column) + column.suffix;
}

function bareText(value: unknown, column: Column): string {
  if (column.formatterFn === "dateToYear" || isDateColumn(column)) {
    const date = dateText(value, column.formatterFn === "dateToYear");
    if (date !== null) return date;
  }
  if (typeof value === "number")
    return column.cellDataType === "text"
      ? value.toString()
      : formatWith(value, column.formatterFn, column.decimalPlaces);
  const text = asText(value);
  const cased = column.renderFns.includes("titleCase") ? titleCase(text) : text;
  return cased.length > longest ? `${cased.slice(0, longest)}…` : cased;
}

function asText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The text of a showCellChange cell: no formatterFn, no prefix, no suffix. */
export function changeText(value: unknown, column: Column): string {
  if (value === null || value === undefined) return nothing;
  return typeof value === "number" && column.cellDataType !== "text"
    ? formatNumber(value, column.decimalPlaces)
    : asText(value);
}

/** What a cell's tooltip says: the whole value, with prefix and suffix. */
export function tooltipText(value: unknown, column: Column): string {
  if (value === null || value === undefined) return "";
  return column.prefix + asText(value) + column.suffix;
}

/** Whether a value is shown as a link. */
export function isLink(value: unknown): value is string {
  return typeof value === "string" && value.startsWith("http");
}

/** Replaces `{key}` by the row's value; unknown keys stay. */
export function substitute(template: string, values: Row): string {
  return template.replace(/\{([^{}]+)\}/g, (whole, key: string) => {
    const value = own(values, key.trim());
    return value === undefined ? whole : value === null ? nothing
      : asText(value);
  });
}
