// showCellChange: the value, and for two seconds how it moved.

import { changeText } from "../render/cell_text";
import { changeOf, changePaint, changeShown } from "../render/change";
import { Cell } from "./cell";

export class ChangeCell extends Cell {
  readonly #delta = document.createElement("span");
  readonly #text = document.createElement("span");
  #before: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected override build(): void {
    this.#delta.className = "lg-delta";
    // A screen reader has the value; the change is for the eye.
    this.#delta.setAttribute("aria-hidden", "true");
    this.#text.className = "lg-value";
    this.element.append(this.#delta, this.#text);
  }

  protected override paint(first: boolean): void {
    const { value, column, params } = this;
    const palette = params.page.palette();
    this.alignByValue();
    this.#text.textContent = changeText(value, column);
    this.setPaint(changePaint(this.row.cells, column, palette), this.#text);
    const change =
      first || params.page.filtering() ? null : changeOf(this.#before, value);
    if (first) this.#calm();
    this.#before = value;
    if (!change) return;
    this.#delta.textContent = change.text;
    this.#delta.style.color = change.up ? palette.green : palette.red;
    this.#text.classList.add("lg-changed");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#calm(), changeShown);
  }

  override destroy(): void {
    clearTimeout(this.#timer);
    super.destroy();
  }

  #calm(): void {
    clearTimeout(this.#timer);
    this.#delta.textContent = "";
    this.#text.classList.remove("lg-changed");
  }
}
