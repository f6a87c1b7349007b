// showCellChange: the value, and for two seconds how it moved.

import { changeText } from "../render/cell_text";
import { changeOf, changePaint, changeShown } from "../render/change";
import { Cell } from "./cell";

export class ChangeCell extends Cell {
  readonly #delta = document.createElement("span");
  readonly #text = document.createElement("span");
  // Text that is changed in place costs less than text that is replaced.
  readonly #deltaText = document.createTextNode("");
  readonly #valueText = document.createTextNode("");
  #before: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected override build(): void {
    this.#delta.className = "lg-delta";
    // A screen reader has the value; the change is for the eye.
    this.#delta.setAttribute("aria-hidden", "true");
    this.#text.className = "lg-value";
    this.#delta.append(this.#deltaText);
    this.#text.append(this.#valueText);
    this.element.append(this.#delta, this.#text);
  }

  protected override paint(first: boolean): void {
    const { value, column, params } = this;
    this.alignByValue();
    this.#valueText.data = changeText(value, column);
    const paint = changePaint(this.row.cells, column, params.page.palette());
    this.setPaint(paint, this.#text);
    const change =
      first || params.page.filtering() ? null : changeOf(this.#before, value);
    if (first) this.#calm();
    this.#before = value;
    if (!change) return;
    this.#deltaText.data = change.text;
    this.#delta.classList.toggle("lg-rise", change.up);
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
    this.#deltaText.data = "";
    this.#text.classList.remove("lg-changed");
  }
}
