// cellOnClick: a value that can be clicked.

import { cellText } from "../render/cell_text";
import { Cell } from "./cell";

export class ClickCell extends Cell {
  readonly #button = document.createElement("button");

  protected override build(): void {
    this.#button.type = "button";
    this.#button.className = "lg-click";
    // Within the grid, Enter on the cell does what a click does.
    this.#button.tabIndex = -1;
    this.#button.onclick = () =>
      this.params.page.clicked(this.column, this.row);
    this.element.append(this.#button);
  }

  protected override paint(): void {
    this.alignByValue();
    this.#button.textContent = cellText(this.value, this.column);
  }
}
