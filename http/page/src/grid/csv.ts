// The rows shown, as text for a file or the clipboard.

import { own } from "../contract/json";
import type { Column, Row } from "../contract/types";

/** RFC 4180, with a header line. */
export function toCsv(columns: readonly Column[], rows: Row[]): string {
  return lines(columns, rows, ",", csvField, "\r\n");
}

/** What spreadsheets take from the clipboard. */
export function toTsv(columns: readonly Column[], rows: Row[]): string {
  return lines(columns, rows, "\t", tsvField, "\n");
}

function lines(
  columns: readonly Column[],
  rows: Row[],
  separator: string,
  field: (x: string) => string,
  end: string,
): string {
  const table = [
    columns.map((x) => safeText(x.headerName)),
    ...rows.map((row) => columns.map((x) => plainText(own(row, x.field)))),
  ];
  return table
    .map((line) => line.map(field).join(separator) + end)
    .join("");
}

/** The value itself, in full; nothing for null. */
function plainText(x: unknown): string {
  if (x === null || x === undefined) return "";
  if (typeof x === "object") return safeText(JSON.stringify(x));
  return typeof x === "string" ? safeText(x) : String(x);
}

/** One value for the clipboard. */
export function copyText(x: unknown): string {
  return tsvField(plainText(x));
}

/** What ends a line or a cell, for some spreadsheets of some countries. */
const ends = "\\t\\r\\n\\v\\f\\u0085\\u2028\\u2029";

/** What a formula begins with; full-width signs are signs to spreadsheets. */
const formula = "\\s*[=+\\-@＝＋－＠]";

const begins = new RegExp(`^(?:${formula}|[;${ends}])`);
const beginsAnew = new RegExp(`([;${ends}])(?=${formula})`, "g");
const special = new RegExp(`[",;${ends}]`);
const allEnds = new RegExp(`[${ends}]+`, "g");
const number = /^\s*(?:-|[+-]?[\d.,]+ ?[%KMBT]?)\s*$/;

/**
 * A text that a spreadsheet takes for a text. One that begins as a formula does
 * would be run, also behind what some take for the end of a cell.
 */
export function safeText(x: string): string {
  const text = x.replace(beginsAnew, "$1'");
  return begins.test(x) ? `'${text}` : text;
}

/** The same for what a reader has selected; its numbers stay numbers. */
export function safeSelection(x: string): string {
  const cell = (y: string) => (number.test(y) ? y : tsvField(safeText(y)));
  return x.split(/\r?\n/)
    .map((line) => line.split("\t").map(cell).join("\t"))
    .join("\n");
}

function csvField(x: string): string {
  return special.test(x) ? `"${x.replaceAll('"', '""')}"` : x;
}

/** A quote at the beginning would be taken away, and what is behind it run. */
function tsvField(x: string): string {
  return (x.startsWith('"') ? "'" : "") + x.replace(allEnds, " ");
}
