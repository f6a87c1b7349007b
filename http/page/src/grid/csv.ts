// The rows shown, as text for a file or the clipboard.

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
    columns.map((x) => x.headerName),
    ...rows.map((row) => columns.map((x) => plainText(row[x.field]))),
  ];
  return table
    .map((line) => line.map(field).join(separator) + end)
    .join("");
}

/** The value itself, in full; nothing for null. */
function plainText(x: unknown): string {
  if (x === null || x === undefined) return "";
  if (typeof x === "object") return JSON.stringify(x);
  // A spreadsheet would run a text that looks like a formula.
  if (typeof x === "string" && /^[=+\-@\t\r]/.test(x)) return `'${x}`;
  return String(x);
}

function csvField(x: string): string {
  return /[",\r\n]/.test(x) ? `"${x.replaceAll('"', '""')}"` : x;
}

function tsvField(x: string): string {
  return x.replace(/[\t\r\n]+/g, " ");
}
