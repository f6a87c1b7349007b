// The order of rows as text, as in the address: `price:desc,volume:asc`.

import type { ColumnState } from "ag-grid-community";

export function sortText(state: ColumnState[]): string {
  return state
    .filter((x) => x.sort)
    .sort((a, b) => (a.sortIndex ?? 0) - (b.sortIndex ?? 0))
    .map((x) => `${x.colId}:${x.sort}`)
    .join(",");
}

/** What that text says; what it does not name is not sorted. */
export function sortState(text: string): ColumnState[] {
  return text.split(",").map((x, sortIndex) => {
    const at = x.lastIndexOf(":");
    const sort = x.slice(at + 1) === "desc" ? "desc" : "asc";
    return { colId: at < 0 ? x : x.slice(0, at), sort, sortIndex };
  });
}
