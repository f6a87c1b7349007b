// One widget on the page: its feed, its rows and its table, and the frame in
// which what came is painted.

import type { CellKeyDownEvent } from "ag-grid-community";
import { hasStillCells, liveFields } from "./contract/columns";
import { isObject, own } from "./contract/json";
import { asksForNothing, type ParamValues } from "./contract/params";
import type { Column, Widget } from "./contract/types";
import type { Connection } from "./feed/connection";
import { Feed } from "./feed/feed";
import { Spaced } from "./feed/spaced";
import { copyText } from "./grid/csv";
import type { GridRow } from "./grid/grid_row";
import { type GridState, GridView } from "./grid/grid_view";
import type { HoverPanel } from "./grid/hover_panel";
import type { Palette } from "./render/colour";
import { RowStore, sourceField } from "./rows/row_store";
import type { RowsState } from "./rows/rows_state";

/** How often rows that have become real are asked for, in milliseconds. */
const renewEvery = 2000;

export interface ViewEvents {
  /** Connection, rows or pause have changed; first when all is set up. */
  changed(): void;
  arranged(): void;
  notice(text: string): void;
  clicked(column: Column, row: GridRow): void;
  copyCell(text: string): void;
  palette(): Palette;
}

export class View {
  readonly store: RowStore;
  readonly grid!: GridView;
  connection: Connection = { is: "off" };
  rows: RowsState = { are: "loading" };
  /** Messages that were no JSON. */
  unreadable = 0;
  #feed: Feed;
  /** Whether a GET is on its way, or to be sent again. */
  #asking = false;
  readonly #renewal = new Spaced(renewEvery, () => {
    if (!this.#asking) this.#feed.load(true);
  });
  #paused = false;
  #frame = 0;
  #replaced = false;
  #values: ParamValues;

  constructor(
    host: HTMLElement,
    readonly widget: Widget,
    base: string,
    values: ParamValues,
    state: GridState,
    readonly card: HoverPanel,
    readonly events: ViewEvents,
  ) {
    this.#values = values;
    this.store = new RowStore(widget.rowId, liveFields(widget.columns),
      widget.columns.some((x) => x.field === sourceField));
    this.#feed = new Feed(widget, base, {
      loading: (routine) => this.#loading(routine),
      rows: (x, total) => this.#take(x, total),
      rowsFailed: (why, routine) => this.#failed(why, routine),
      message: (x) => this.#message(x),
      unreadable: () => ++this.unreadable,
      connection: (x) => this.#connected(x),
    });
    // The table is made while the first rows are on their way.
    this.#feed.start(values);
    this.grid = new GridView(host, widget, {
      arranged: () => events.arranged(),
      key: (x) => this.#key(x),
      page: {
        palette: () => events.palette(),
        clicked: (column, row) => events.clicked(column, row),
        openCard: (anchor, column, row) => card.open(anchor, column, row),
        closeCard: (anchor) => card.closeSoon(anchor),
      },
    }, state);
  }

  change(values: ParamValues, refetch: boolean): void {
    this.#values = values;
    this.#feed.change(values, refetch);
  }

  load(): void {
    this.#feed.load();
  }

  retryNow(): void {
    this.#feed.retryNow();
    void this.#feed.check();
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    if (!paused) this.#paintSoon();
    this.events.changed();
  }

  /** Whether nothing is chosen, so that there is nothing to show. */
  get asksForNothing(): boolean {
    return asksForNothing(this.#values);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#renewal.cancel();
    this.#feed.close();
    this.card.close();
    this.grid.destroy();
  }

  /**
   * A row has become real: those of its cells that are not live have to be
   * asked for. Whoever has asked is answered first, and looks then.
   */
  #renew(): void {
    if (this.store.takeOutdated() && !this.#asking
        && hasStillCells(this.widget)) this.#renewal.wish();
  }

  #loading(routine: boolean): void {
    this.#asking = true;
    this.store.expectRows();
    if (routine) return;
    this.rows = { are: "loading" };
    this.#changed();
  }

  #take(rows: unknown[], total: number | null): void {
    this.#asking = false;
    this.store.replace(rows, performance.now(), total);
    this.#renew();
    this.#replaced = true;
    this.rows = { are: "ready" };
    this.#changed();
    this.#paintSoon();
  }

  #failed(why: string, routine: boolean): void {
    this.store.keepRows();
    if (routine) {
      this.events.notice(`The rows could not be fetched anew: ${why}`);
      return;
    }
    this.rows = { are: "failed", why };
    this.#changed();
  }

  #connected(x: Connection): void {
    this.connection = x;
    if (x.is === "down") this.store.forgetBeyond();
    this.#changed();
  }

  /** The feed speaks up before there is a table. */
  #changed(): void {
    if (this.grid) this.events.changed();
  }

  #message(x: unknown): void {
    // The node's answer to a bad subscription; a widget's rows have a row id.
    if (!this.store.appends && isObject(x) && x.type === "error"
        && typeof x.detail === "string")
      this.events.notice(x.detail);
    this.store.take(x, performance.now());
    this.#renew();
    if (this.store.waiting > 0) this.#paintSoon();
  }

  #paintSoon(): void {
    if (this.#paused || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#paused) this.#paint();
    });
  }

  #paint(): void {
    if (this.#replaced) {
      this.#replaced = false;
      this.store.takeChanged();
      this.store.takeAppended();
      this.grid.setRows(this.store.rows.values());
      this.events.changed();
      return;
    }
    const appended = this.store.takeAppended();
    if (appended.length > 0) this.grid.append(appended, this.store.appends);
    this.grid.update(this.store.takeChanged());
    // Until then something else has stood in the place of rows.
    if (appended.length > 0 && appended.length === this.store.rows.size)
      this.events.changed();
  }

  #key({ event, data, column }: CellKeyDownEvent<GridRow>): void {
    if (!(event instanceof KeyboardEvent) || !data) return;
    const mine = this.grid.columns.find((x) => x.field === column.getColId());
    if (!mine) return;
    const copies = (event.ctrlKey || event.metaKey) && event.key === "c";
    if (copies && getSelection()?.isCollapsed !== false) {
      this.events.copyCell(copyText(own(data.cells, mine.field)));
    } else if (event.key === "Enter") {
      const target = event.target as HTMLElement;
      const cell = target.closest<HTMLElement>(".ag-cell");
      if (mine.renderFns.includes("hoverCard")) {
        if (cell) this.card.open(cell, mine, data);
      } else if (mine.renderFns.includes("cellOnClick"))
        this.events.clicked(mine, data);
    } else if (event.key === "Escape") this.card.close();
  }
}
