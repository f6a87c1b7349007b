// The table: AG Grid, with cells that are updated without going through it.
// Only sorting and filtering have the grid look at all rows again, once a
// second at most, so that rows do not jump about under the reader's eye.

import {
  type CellKeyDownEvent, createGrid, type FilterModel, type GridApi,
  type GridOptions,
} from "ag-grid-community";
import { columnsOf } from "../contract/columns";
import type { Column, Row, Widget } from "../contract/types";
import { maxAppended, type StoredRow } from "../rows/row_store";
import type { Cell, CellContext } from "./cell";
import { columnDef } from "./column_defs";
import { type GridRow, gridRow } from "./grid_row";
import { icons } from "./icons";
import "./modules";
import { sortState, sortText } from "./sort_text";

/** How often changed rows may change places, in milliseconds. */
const reorderEvery = 1000;

export interface GridState {
  /** As in the address: `price:desc,volume:asc`. */
  sort: string;
  filter: FilterModel;
  search: string;
}

export interface GridEvents {
  /** The user has sorted or filtered. */
  arranged(): void;
  key(event: CellKeyDownEvent<GridRow>): void;
  page: Omit<CellContext, "shown" | "filtering">;
}

export class GridView {
  readonly #api: GridApi<GridRow>;
  readonly #shown = new Map<string, Set<Cell>>();
  readonly #context: CellContext;
  #rows = new Map<string, GridRow>();
  #columns: Column[] = [];
  #columnKeys = "";
  #moved = new Set<string>();
  #reorder: ReturnType<typeof setTimeout> | undefined;
  #initial: GridState | null;

  constructor(
    host: HTMLElement,
    readonly widget: Widget,
    readonly events: GridEvents,
    state: GridState,
  ) {
    this.#initial = state;
    this.#context = {
      ...events.page,
      shown: this.#shown,
      filtering: () => this.#filtering,
    };
    this.#api = createGrid<GridRow>(host, this.#options(state.search));
  }

  get columns(): readonly Column[] {
    return this.#columns;
  }

  /** Columns that are not hidden, in the order they are shown. */
  get visibleColumns(): Column[] {
    const known = new Map(this.#columns.map((x) => [x.field, x]));
    return this.#api.getAllDisplayedColumns()
      .flatMap((x) => known.get(x.getColId()) ?? []);
  }

  /** The rows as sorted and filtered. */
  get displayedRows(): GridRow[] {
    const result: GridRow[] = [];
    this.#api.forEachNodeAfterFilterAndSort((x) => {
      if (x.data) result.push(x.data);
    });
    return result;
  }

  get state(): GridState {
    if (this.#initial) return this.#initial;
    return {
      sort: sortText(this.#api.getColumnState()),
      filter: this.#api.getFilterModel(),
      search: this.#api.getGridOption("quickFilterText") ?? "",
    };
  }

  /** Shows these rows in place of all others. */
  setRows(stored: Iterable<StoredRow>): void {
    const old = this.#rows;
    this.#rows = new Map();
    for (const x of stored) {
      const before = old.get(x.key);
      // The same object for the same row: cells keep what they knew of it.
      const row = before ? Object.assign(before, { stored: x }) : gridRow(x);
      if (before) refill(before.cells, x.cells);
      this.#rows.set(x.key, row);
    }
    const first = this.#rows.values().next().value;
    if (first) this.#setColumns(first.cells);
    this.#api.setGridOption("rowData", [...this.#rows.values()]);
    for (const cells of this.#shown.values())
      for (const cell of cells) cell.update();
    this.#restore();
  }

  /** Shows changed cells. */
  update(changed: Map<string, Set<string>>): void {
    for (const [key, fields] of changed) {
      const row = this.#rows.get(key);
      if (!row) continue;
      for (const field of fields) {
        row.cells[field] = row.stored.cells[field];
        this.#moved.add(field);
      }
      for (const cell of this.#shown.get(key) ?? [])
        if (cell.dependsOn(fields)) cell.update();
    }
    if (this.#reorder === undefined && this.#needsReorder())
      this.#reorder = setTimeout(() => this.#reorderNow(), reorderEvery);
  }

  /**
   * Adds rows at the end. On a tape the oldest go when there are too many, and
   * who looks at the end goes on looking at it.
   */
  append(stored: StoredRow[], tape: boolean): void {
    const add = stored.map(gridRow);
    if (this.#rows.size === 0 && add[0]) this.#setColumns(add[0].cells);
    const last = this.#api.getDisplayedRowCount() - 1;
    const atEnd = tape && this.#api.getLastDisplayedRowIndex() >= last;
    for (const x of add) this.#rows.set(x.key, x);
    const remove: GridRow[] = [];
    for (const x of this.#rows.values()) {
      if (!tape || this.#rows.size - remove.length <= maxAppended) break;
      remove.push(x);
    }
    for (const x of remove) this.#rows.delete(x.key);
    this.#api.applyTransaction({ add: add.filter((x) =>
      this.#rows.has(x.key)), remove: remove.filter((x) => !add.includes(x)) });
    const count = this.#api.getDisplayedRowCount();
    this.#restore();
    if (atEnd && count > 0) this.#api.ensureIndexVisible(count - 1, "bottom");
  }

  /** Dims the rows that have gone quiet. */
  markQuiet(isQuiet: (row: GridRow) => boolean): void {
    for (const [key, cells] of this.#shown) {
      const row = this.#rows.get(key);
      const quiet = row !== undefined && isQuiet(row);
      for (const cell of cells) cell.setQuiet(quiet);
    }
  }

  /** Paints all cells again, such as in other colours. */
  repaint(): void {
    for (const cells of this.#shown.values())
      for (const cell of cells) cell.update();
  }

  search(text: string): void {
    this.#api.setGridOption("quickFilterText", text);
  }

  clearFilters(): void {
    this.#api.setFilterModel(null);
  }

  destroy(): void {
    clearTimeout(this.#reorder);
    this.#api.destroy();
  }

  #options(search: string): GridOptions<GridRow> {
    const arranged = () => {
      if (!this.#initial) this.events.arranged();
    };
    return {
      // The theme's own style elements would need style-src 'unsafe-inline'.
      theme: "legacy",
      icons,
      columnDefs: [],
      rowData: [],
      getRowId: (x) => x.data.key,
      defaultColDef: { sortable: true, resizable: true,
        suppressHeaderMenuButton: true },
      quickFilterText: search,
      rowHeight: 28,
      headerHeight: 32,
      rowBuffer: 8,
      animateRows: false,
      ensureDomOrder: true,
      suppressDragLeaveHidesColumns: true,
      enableCellTextSelection: true,
      tooltipShowDelay: 700,
      suppressNoRowsOverlay: true,
      suppressLoadingOverlay: true,
      onSortChanged: arranged,
      onFilterChanged: arranged,
      onCellKeyDown: (x) =>
        this.events.key(x as CellKeyDownEvent<GridRow>),
    };
  }

  get #filtering(): boolean {
    return this.#api.isAnyFilterPresent();
  }

  /** Columns come from the first row; they change only if its keys do. */
  #setColumns(first: Row): void {
    const keys = JSON.stringify(Object.keys(first));
    if (keys === this.#columnKeys) return;
    this.#columnKeys = keys;
    const { columns, showAll } = this.widget;
    this.#columns = columnsOf(first, columns, showAll);
    const rows = [...this.#rows.values()].map((x) => x.cells);
    this.#api.setGridOption("columnDefs", this.#columns.map((x) =>
      columnDef(x, rows, this.#context)));
  }

  /** Sort and filter from the address, once there are columns. */
  #restore(): void {
    const state = this.#initial;
    if (!state || this.#columns.length === 0) return;
    if (state.sort)
      this.#api.applyColumnState({ state: sortState(state.sort) });
    if (Object.keys(state.filter).length > 0)
      this.#api.setFilterModel(state.filter);
    this.#initial = null;
  }

  #needsReorder(): boolean {
    if (this.#api.getGridOption("quickFilterText")) return true;
    const filters = this.#api.getFilterModel();
    return (
      Object.keys(filters).some((x) => this.#moved.has(x))
      || this.#api.getColumnState()
        .some((x) => x.sort && this.#moved.has(x.colId))
    );
  }

  #reorderNow(): void {
    this.#reorder = undefined;
    this.#moved.clear();
    this.#api.refreshClientSideRowModel("filter");
  }
}

function refill(cells: Row, from: Row): void {
  for (const key of Object.keys(cells)) if (!Object.hasOwn(from, key)) delete cells[key];
  Object.assign(cells, from);
}
