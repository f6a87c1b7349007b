// The one card that hoverCard cells open.

import type { Column } from "../contract/types";
import { hoverCardText } from "../render/hover_card";
import { type Inline, parseMarkdown } from "../render/markdown";
import type { GridRow } from "./grid_row";

/** Time to move the pointer from the cell into the card, in milliseconds. */
const grace = 200;

export class HoverPanel {
  readonly #card = document.createElement("div");
  #anchor: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parent: HTMLElement) {
    this.#card.className = "lg-card";
    this.#card.setAttribute("role", "tooltip");
    this.#card.id = "lg-card";
    this.#card.hidden = true;
    this.#card.onpointerenter = () => clearTimeout(this.#timer);
    this.#card.onpointerleave = () => this.close();
    parent.append(this.#card);
  }

  open(anchor: HTMLElement, column: Column, row: GridRow): void {
    clearTimeout(this.#timer);
    this.close();
    this.#anchor = anchor;
    const title = column.renderFnParams.hoverCard?.title;
    const text = hoverCardText(row.cells[column.field], row.cells, column);
    this.#card.replaceChildren(...render(text));
    if (title) {
      const heading = document.createElement("strong");
      heading.className = "lg-card-title";
      heading.textContent = title;
      this.#card.prepend(heading);
    }
    this.#card.hidden = false;
    anchor.setAttribute("aria-describedby", this.#card.id);
    this.#place(anchor.getBoundingClientRect());
  }

  /** Closes soon, unless the pointer gets to the card first. */
  closeSoon(anchor: HTMLElement): void {
    if (this.#anchor !== anchor) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), grace);
  }

  close(): void {
    this.#anchor?.removeAttribute("aria-describedby");
    this.#anchor = null;
    this.#card.hidden = true;
  }

  #place(cell: DOMRect): void {
    const { style, offsetWidth, offsetHeight } = this.#card;
    const left = Math.min(cell.left, innerWidth - offsetWidth - 8);
    const below = cell.bottom + 2;
    const top =
      below + offsetHeight > innerHeight ? cell.top - offsetHeight - 2 : below;
    style.left = `${Math.max(8, left)}px`;
    style.top = `${Math.max(8, top)}px`;
  }
}

function render(markdown: string): HTMLElement[] {
  return parseMarkdown(markdown).map((block) => {
    switch (block.kind) {
      case "rule":
        return document.createElement("hr");
      case "heading":
        return filled("h" + Math.min(6, block.level + 2), block.content);
      case "paragraph": {
        const element = document.createElement("p");
        block.lines.forEach((line, i) => {
          if (i > 0) element.append(document.createElement("br"));
          element.append(...line.map(inline));
        });
        return element;
      }
      case "list": {
        const element = document.createElement(block.ordered ? "ol" : "ul");
        element.append(...block.items.map((x) => filled("li", x)));
        return element;
      }
      case "table": {
        const element = document.createElement("table");
        for (const cells of block.rows) {
          const row = element.insertRow();
          for (const x of cells) row.insertCell().append(...x.map(inline));
        }
        return element;
      }
    }
  });
}

function filled(name: string, content: Inline[]): HTMLElement {
  const element = document.createElement(name);
  element.append(...content.map(inline));
  return element;
}

function inline(x: Inline): Node {
  if (x.kind === "text") return document.createTextNode(x.text);
  if (x.kind !== "link") {
    const element = document.createElement(x.kind);
    element.textContent = x.text;
    return element;
  }
  const link = document.createElement("a");
  link.href = x.href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = x.text;
  return link;
}
