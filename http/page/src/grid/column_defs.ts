// AG Grid's column definitions from ours.

import type { ColDef } from "ag-grid-community";
import { maybe } from "../contract/json";
import type { Column, Row } from "../contract/types";
import { ageText } from "../render/age_text";
import { cellText, tooltipText } from "../render/cell_text";
import { isDateColumn } from "../render/date";
import type { CellContext } from "./cell";
import { ChangeCell } from "./change_cell";
import { ClickCell } from "./click_cell";
import { compare } from "./compare";
import type { GridRow } from "./grid_row";
import { HoverCell } from "./hover_cell";
import { PlainCell } from "./plain_cell";
import { SparkCell } from "./spark_cell";

/** What columns without a width get at least and at most. */
const narrow = 96;
const wide = 240;

/** Pixels for a digit, around a number, and for a change beside it. */
const digit = 8.4;
const padding = 26;
const changeRoom = 58;

/** Workspace's narrowest. */
const narrowest = 50;

export function columnDef(
  column: Column,
  rows: readonly Row[],
  page: CellContext,
): ColDef<GridRow> {
  const { field } = column;
  const numeric = isNumeric(column, rows);
  const align = column.align ?? (numeric ? "right" : "left");
  const def: ColDef<GridRow> = {
    colId: field,
    headerName: column.headerName,
    hide: column.hide,
    pinned: column.pinned ?? null,
    valueGetter: (x) => x.data?.cells[field],
    comparator: compare,
    filter: numeric ? "agNumberColumnFilter" : "agTextColumnFilter",
    cellRenderer: cellOf(column),
    cellRendererParams: { column_: column, page },
    ...maybe("headerTooltip", column.headerTooltip),
    tooltipValueGetter: (x) => (x.data ? tooltipOf(x.data, column) : ""),
    headerClass: `lg-${align}`,
    ...widths(column, numeric ? numberWidth(column, rows) : narrow),
  };
  if (column.align !== undefined) def.cellClass = `lg-${column.align}`;
  if (column.sparkline) {
    def.sortable = false;
    def.filter = false;
    delete def.tooltipValueGetter;
  }
  return def;
}

/** The whole value, and of a quiet row for how long it has been quiet. */
function tooltipOf({ cells, stored: { pulse } }: GridRow, column: Column) {
  const text = tooltipText(cells[column.field], column);
  const now = performance.now();
  if (!pulse.isQuiet(now)) return text;
  const quiet = `Quiet for ${ageText(pulse.age(now))}, `
    + `usually every ${ageText(pulse.usualGap)}`;
  return text === "" ? quiet : `${text}\n${quiet}`;
}

/** Room for a column's widest number: one that is cut is another number. */
function numberWidth(column: Column, rows: readonly Row[]): number {
  let longest = 0;
  for (const row of rows)
    longest = Math.max(longest, cellText(row[column.field], column).length);
  const change = column.renderFns.includes("showCellChange") ? changeRoom : 0;
  return Math.max(narrow, Math.ceil(longest * digit + padding) + change);
}

function widths(column: Column, least: number): ColDef<GridRow> {
  const { width, minWidth, maxWidth } = column;
  if (width !== undefined)
    return {
      width,
      minWidth: minWidth ?? narrowest,
      ...maybe("maxWidth", maxWidth),
    };
  // They share what there is, so that nothing moves when numbers grow.
  return {
    flex: 1,
    minWidth: Math.min(minWidth ?? least, maxWidth ?? Infinity),
    maxWidth: maxWidth ?? Math.max(wide, minWidth ?? least),
  };
}

/** hoverCard before cellOnClick before showCellChange before plain. */
function cellOf(column: Column) {
  if (column.sparkline) return SparkCell;
  if (column.renderFns.includes("hoverCard")) return HoverCell;
  if (column.renderFns.includes("cellOnClick")) return ClickCell;
  if (column.renderFns.includes("showCellChange")) return ChangeCell;
  return PlainCell;
}

/** Whether a column is of numbers: as declared, else by its first value. */
function isNumeric(column: Column, rows: readonly Row[]): boolean {
  const { cellDataType } = column;
  if (cellDataType !== undefined) return cellDataType === "number";
  if (column.sparkline || isDateColumn(column)) return false;
  const row = rows.find((x) => x[column.field] != null);
  return typeof row?.[column.field] === "number";
}
