// A row as the grid shows it: the cells last painted. The store's own cells
// may be ahead, between frames and while the page is paused.

import { mapOf } from "../contract/json";
import type { Row } from "../contract/types";
import type { StoredRow } from "../rows/row_store";

export interface GridRow {
  readonly key: string;
  readonly cells: Row;
  readonly stored: StoredRow;
}

export function gridRow(stored: StoredRow): GridRow {
  return { key: stored.key, cells: mapOf(stored.cells), stored };
}
