// What all cells have in common: they know their row, paint themselves, and
// can be told that a value changed without asking the grid.

import type { ICellRendererComp, ICellRendererParams } from "ag-grid-community";
import type { Column } from "../contract/types";
import type { Paint, Palette } from "../render/colour";
import type { GridRow } from "./grid_row";

/** What cells need from the page they are on. */
export interface CellContext {
  palette(): Palette;
  /** The cells in the document, by row; a cell enters and leaves by itself. */
  shown: Map<string, Set<Cell>>;
  /** Whether rows are being filtered: then changes are not highlighted. */
  filtering(): boolean;
  clicked(column: Column, row: GridRow): void;
  openCard(anchor: HTMLElement, column: Column, row: GridRow): void;
  closeCard(anchor: HTMLElement): void;
}

export interface CellParams extends ICellRendererParams<GridRow> {
  column_: Column;
  page: CellContext;
}

export abstract class Cell implements ICellRendererComp<GridRow> {
  protected readonly element = document.createElement("span");
  protected params!: CellParams;
  #key = "";

  init(params: CellParams): void {
    this.params = params;
    this.element.className = "lg-cell";
    this.#enter();
    this.build();
    this.paint(true);
  }

  getGui(): HTMLElement {
    return this.element;
  }

  /** The grid has other data for it: another row, or the same anew. */
  refresh(params: CellParams): boolean {
    const same = params.data?.key === this.#key;
    this.params = params;
    if (!same) {
      this.#leave();
      this.#enter();
    }
    this.paint(!same);
    return true;
  }

  destroy(): void {
    this.#leave();
  }

  /** Whether a change of these fields may change what it shows. */
  dependsOn(fields: ReadonlySet<string>): boolean {
    const { field, renderFnParams, sparkline } = this.column;
    const { colorValueKey } = renderFnParams;
    return (
      fields.has(field)
      || (colorValueKey !== undefined && fields.has(colorValueKey))
      || (sparkline?.dataField !== undefined && fields.has(sparkline.dataField))
    );
  }

  /** Shows the row's present values. */
  update(): void {
    this.paint(false);
  }

  setQuiet(quiet: boolean): void {
    this.params.eGridCell.classList.toggle("lg-quiet", quiet);
  }

  get column(): Column {
    return this.params.column_;
  }

  protected get row(): GridRow {
    return this.params.data as GridRow;
  }

  protected get value(): unknown {
    return this.row.cells[this.column.field];
  }

  /** Makes the element's parts, once. */
  protected build(): void {}

  /** @param first whether the cell shows this row for the first time. */
  protected abstract paint(first: boolean): void;

  protected setPaint(paint: Paint, text: HTMLElement = this.element): void {
    const { style } = this.params.eGridCell;
    const background = paint.background ?? "";
    const colour = paint.text ?? "";
    // Writing a style costs even where nothing changes.
    if (this.#background !== background)
      style.backgroundColor = this.#background = background;
    if (this.#colour !== colour) text.style.color = this.#colour = colour;
  }

  /** Numbers stand to the right where widgets.json does not say. */
  protected alignByValue(): void {
    if (this.column.align !== undefined) return;
    const right = typeof this.value === "number";
    if (this.#right !== right)
      this.params.eGridCell.classList.toggle("lg-right", (this.#right = right));
  }

  #background = "";
  #colour = "";
  #right = false;

  #enter(): void {
    this.#key = this.row.key;
    const { shown } = this.params.page;
    const cells = shown.get(this.#key);
    if (cells) cells.add(this);
    else shown.set(this.#key, new Set([this]));
  }

  #leave(): void {
    const { shown } = this.params.page;
    const cells = shown.get(this.#key);
    cells?.delete(this);
    if (cells?.size === 0) shown.delete(this.#key);
  }
}
