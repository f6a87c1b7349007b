// hoverCard: text that opens a card, by the pointer, a click or the keyboard.

import { hoverCellText, hoverDelay } from "../render/hover_card";
import { Cell } from "./cell";

export class HoverCell extends Cell {
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected override build(): void {
    const { eGridCell, page } = this.params;
    const open = () => page.openCard(eGridCell, this.column, this.row);
    this.element.classList.add("lg-has-card");
    this.element.onpointerenter = () => {
      this.#timer = setTimeout(open, hoverDelay);
    };
    this.element.onpointerleave = () => {
      clearTimeout(this.#timer);
      page.closeCard(eGridCell);
    };
    this.element.onclick = open;
  }

  protected override paint(): void {
    this.alignByValue();
    this.element.textContent = hoverCellText(this.value, this.column);
  }

  override destroy(): void {
    clearTimeout(this.#timer);
    this.params.page.closeCard(this.params.eGridCell);
    super.destroy();
  }
}

