// columnsDefs, and which columns a table of rows has.

import { labelOf } from "../render/title_case";
import { isObject, list, maybe, text } from "./json";
import type {
  Column, FormatterFn, RenderFn, RenderFnParams, Row, Sparkline, Widget,
} from "./types";

const defaultDecimals = 3;

const formatters = new Set([
  "int", "none", "percent", "normalized", "normalizedPercent", "dateToYear",
]);

const renderFns = new Set([
  "greenRed", "titleCase", "hoverCard", "cellOnClick", "columnColor",
  "showCellChange",
]);

export function readColumn(x: unknown, tableFormatter: unknown): Column | null {
  if (!isObject(x) || typeof x.field !== "string") return null;
  const number = (y: unknown) => (typeof y === "number" ? y : undefined);
  const formatter = x.formatterFn ?? tableFormatter;
  return {
    field: x.field,
    headerName: text(x.headerName, labelOf(x.field)),
    declared: true,
    // Absent is on, null is off.
    live: x.enableCellChangeWs === undefined || Boolean(x.enableCellChangeWs),
    ...maybe("cellDataType", text(x.cellDataType) || undefined),
    ...maybe("chartDataType", text(x.chartDataType) || undefined),
    ...maybe(
      "formatterFn",
      formatters.has(formatter as string)
        ? (formatter as FormatterFn)
        : undefined,
    ),
    decimalPlaces: number(x.decimalPlaces) ?? defaultDecimals,
    prefix: text(x.prefix),
    suffix: text(x.suffix),
    renderFns: readRenderFns(x.renderFn),
    renderFnParams: (isObject(x.renderFnParams)
      ? x.renderFnParams
      : {}) as RenderFnParams,
    ...maybe("sparkline", readSparkline(x.sparkline)),
    ...maybe("width", number(x.width)),
    ...maybe("minWidth", number(x.minWidth)),
    ...maybe("maxWidth", number(x.maxWidth)),
    hide: x.hide === true,
    ...maybe("pinned", readPinned(x.pinned, x.field)),
    ...maybe("align", readAlign(x.align)),
    ...maybe("headerTooltip", text(x.headerTooltip) || undefined),
  };
}

function readRenderFns(x: unknown): RenderFn[] {
  const given = typeof x === "string" ? x.split(",") : list(x);
  return given
    .map((each) => String(each).trim())
    .filter((each) => renderFns.has(each)) as RenderFn[];
}

function readSparkline(x: unknown): Sparkline | undefined {
  if (!isObject(x)) return undefined;
  const type = x.type === "area" || x.type === "bar" ? x.type : "line";
  return {
    type,
    ...maybe("dataField", text(x.dataField) || undefined),
    options: isObject(x.options) ? x.options : {},
  };
}

function readPinned(x: unknown, field: string): "left" | "right" | undefined {
  if (x === "right") return "right";
  if (x === "left" || x === true) return "left";
  return x === undefined && field === "index" ? "left" : undefined;
}

function readAlign(x: unknown): Column["align"] {
  return x === "left" || x === "center" || x === "right" ? x : undefined;
}

/**
 * The columns of a table whose first row is `first`: the declared ones that it
 * has, in their order, then with `showAll` the others in the row's order.
 */
export function columnsOf(
  first: Row,
  declared: Column[],
  showAll: boolean,
): Column[] {
  const result = declared.filter((x) => Object.hasOwn(first, x.field));
  if (!showAll) return result;
  const known = new Set(declared.map((x) => x.field));
  for (const field of Object.keys(first))
    if (!known.has(field)) result.push(undeclared(field));
  return result;
}

function undeclared(field: string): Column {
  const column = readColumn({ field }, undefined) as Column;
  return { ...column, declared: false, live: false };
}

/** The fields that a WebSocket row may change. */
export function liveFields(columns: Column[]): string[] {
  return columns.filter((x) => x.declared && x.live).map((x) => x.field);
}

/** Whether there are cells that a WebSocket row does not change. */
export function hasStillCells({ columns, showAll }: Widget): boolean {
  return showAll || columns.some((x) => !x.live);
}
