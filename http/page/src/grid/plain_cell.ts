// A cell without behaviour: text, a colour, or a link.

import { cellText, isLink } from "../render/cell_text";
import { paintOf, testedValue } from "../render/colour";
import { Cell } from "./cell";

export class PlainCell extends Cell {
  readonly #text = document.createTextNode("");
  #link: HTMLAnchorElement | null = null;

  protected override build(): void {
    this.element.append(this.#text);
  }

  protected override paint(): void {
    const { value } = this;
    if (isLink(value)) this.#showLink(value);
    else this.#showText(cellText(value, this.column));
    this.alignByValue();
    const { renderFns, renderFnParams } = this.column;
    const coloured =
      renderFns.includes("greenRed") || renderFns.includes("columnColor");
    if (!coloured) return;
    const { colorRules, colorValueKey } = renderFnParams;
    const tested = testedValue(
      this.row.cells, this.column.field, colorValueKey);
    this.setPaint(paintOf(tested, colorRules, this.params.page.palette()));
  }

  #showText(text: string): void {
    if (this.#link) this.element.replaceChildren(this.#text);
    this.#link = null;
    // Changed in place, which costs less than to replace it.
    if (this.#text.data !== text) this.#text.data = text;
  }

  #showLink(href: string): void {
    if (!this.#link) {
      this.#link = document.createElement("a");
      this.#link.textContent = "Open link";
      this.#link.target = "_blank";
      this.#link.rel = "noopener noreferrer";
      this.element.replaceChildren(this.#link);
    }
    this.#link.href = href;
  }
}
