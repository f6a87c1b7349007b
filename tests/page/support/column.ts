import { readColumn } from "../../../http/page/src/contract/columns";
import type { Column } from "../../../http/page/src/contract/types";

/** A column as widgets.json would have it. */
export function column(x: Record<string, unknown> = {}): Column {
  const result = readColumn(
    { field: "price", headerName: "Price", ...x }, undefined);
  if (!result) throw new Error("not a column");
  return result;
}
