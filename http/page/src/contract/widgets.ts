// widgets.json as the page uses it: its live_grid widgets, typed. A part that
// is not as it should be is left out; a page must not fail for one of many.

import { readColumn } from "./columns";
import { isObject, list, maybe, text } from "./json";
import type { Option, Param, Widget } from "./types";

const defaultRefetch = 900_000;
const leastRefetch = 1000;

export function readWidgets(json: unknown): Widget[] {
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([id, x]) =>
    isObject(x) && x.type === "live_grid" && typeof x.endpoint === "string"
      ? [readWidget(id, x, x.endpoint)]
      : [],
  );
}

function readWidget(
  id: string,
  x: Record<string, unknown>,
  endpoint: string,
): Widget {
  const data = isObject(x.data) ? x.data : {};
  const table = isObject(data.table) ? data.table : {};
  const columns = list(table.columnsDefs).flatMap((c) => {
    const column = readColumn(c, table.formatterFn);
    return column ? [column] : [];
  });
  return {
    id,
    name: text(x.name, id),
    description: text(x.description),
    endpoint,
    ...maybe("wsEndpoint", text(x.wsEndpoint) || undefined),
    rowId: readRowId(data),
    showAll: table.showAll === true || columns.length === 0,
    columns,
    // Rows of controls come as arrays within the array.
    params: list(x.params).flat().flatMap(readParam),
    refetchInterval: readRefetch(x),
    runButton: x.runButton === true,
  };
}

function readRowId(data: Record<string, unknown>): string[] {
  const given = data.wsRowIdColumns ?? data.wsRowIdColumn;
  if (typeof given === "string") return given === "" ? [] : [given];
  return list(given).filter((x): x is string => typeof x === "string");
}

function readRefetch(x: Record<string, unknown>): number | null {
  if (x.refetchInterval === false) return null;
  if (typeof x.refetchInterval === "number")
    return Math.max(x.refetchInterval, leastRefetch);
  return x.runButton === true ? null : defaultRefetch;
}

function readParam(x: unknown): Param[] {
  if (!isObject(x) || typeof x.paramName !== "string") return [];
  const style = isObject(x.style) ? x.style : {};
  return [
    {
      name: x.paramName,
      type: text(x.type, "text"),
      label: text(x.label, x.paramName),
      description: text(x.description),
      placeholder: text(x.placeholder),
      show: x.show !== false && x.hidden !== true,
      value: x.value,
      options: readOptions(x.options) ?? [],
      multiSelect: x.multiSelect === true,
      ...maybe("optionsEndpoint", text(x.optionsEndpoint) || undefined),
      optionsParams: isObject(x.optionsParams) ? x.optionsParams : {},
      ...maybe(
        "popupWidth",
        typeof style.popupWidth === "number" ? style.popupWidth : undefined,
      ),
    },
  ];
}

/** Options as strings or `{label, value}`; nothing if it is no such list. */
export function readOptions(x: unknown): Option[] | null {
  if (!Array.isArray(x)) return null;
  const result: Option[] = [];
  for (const each of x) {
    if (typeof each === "string") {
      result.push({ label: each, value: each });
      continue;
    }
    if (!isObject(each) || !Object.hasOwn(each, "value")) return null;
    const value = each.value as Option["value"];
    const extra = isObject(each.extraInfo) ? each.extraInfo : {};
    result.push({
      label: text(each.label, String(value)),
      value,
      ...maybe("description", text(extra.description) || undefined),
    });
  }
  return result;
}
