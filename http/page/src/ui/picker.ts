// A control to pick from many options: a button that opens a searchable list.
// Names that are no option can be typed where the parameter is free text.

import type { Option } from "../contract/types";
import { make } from "./dom";

export interface PickerSettings {
  label: string;
  multiple: boolean;
  /** Whether a name that is no option may be typed. */
  free: boolean;
  placeholder: string;
  popupWidth?: number;
  /** Asked each time the list opens. */
  options(): Promise<Option[]>;
  picked(values: string[]): void;
}

/** Options drawn at once; searching finds the others. */
const mostShown = 200;

let count = 0;

export class Picker {
  readonly element: HTMLElement;
  readonly #button: HTMLButtonElement;
  readonly #popup: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #id = `lg-picker-${count++}`;
  #values: string[] = [];
  #options: Option[] = [];
  #active = 0;

  constructor(readonly settings: PickerSettings) {
    this.#button = make("button", {
      type: "button",
      class: "lg-control lg-picker-button",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
    });
    this.#search = make("input", {
      type: "text",
      class: "lg-picker-search",
      role: "combobox",
      placeholder: settings.placeholder
        || (settings.free ? "Search, or type a name" : "Search"),
      "aria-label": `${settings.label}: search`,
      "aria-controls": this.#id,
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.#list = make("ul", {
      class: "lg-picker-list",
      role: "listbox",
      id: this.#id,
      "aria-label": settings.label,
      "aria-multiselectable": String(settings.multiple),
    });
    this.#popup = make("div", { class: "lg-popup", hidden: true },
      this.#search, this.#list);
    if (settings.popupWidth)
      this.#popup.style.width = `${settings.popupWidth}px`;
    this.element = make("div", { class: "lg-picker" },
      this.#button, this.#popup);
    this.#button.onclick = () => this.#toggle();
    this.#search.oninput = () => this.#show(0);
    this.#search.onkeydown = (x) => this.#key(x);
    this.element.addEventListener("focusout", (x) => {
      if (!this.element.contains(x.relatedTarget as Node | null)) this.#close();
    });
    // The search keeps the focus while the mouse picks.
    this.#list.onmousedown = (x) => x.preventDefault();
    this.set([]);
  }

  get values(): readonly string[] {
    return this.#values;
  }

  /** Shows these as picked, without telling anybody. */
  set(values: string[]): void {
    this.#values = values;
    const { label } = this.settings;
    const text = summary(values);
    this.#button.replaceChildren(text);
    this.#button.title = values.join(", ");
    this.#button.setAttribute("aria-label", `${label}: ${text}`);
  }

  #toggle(): void {
    if (this.#popup.hidden) void this.#open();
    else this.#close();
  }

  async #open(): Promise<void> {
    this.#popup.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#search.value = "";
    this.#search.focus();
    this.#options = await this.settings.options();
    this.#show(0);
  }

  #close(): void {
    this.#popup.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
  }

  /** The options that match, picked ones first, and what was typed itself. */
  get #matching(): Option[] {
    const typed = this.#search.value.trim();
    const wanted = typed.toLowerCase();
    const known = new Set(this.#options.map((x) => String(x.value)));
    const all = [
      ...this.#values.filter((x) => !known.has(x))
        .map((x) => ({ label: x, value: x })),
      ...this.#options,
    ];
    const result = all.filter((x) =>
      `${x.label}\n${x.value}`.toLowerCase().includes(wanted));
    const isThere = all.some((x) => String(x.value).toLowerCase() === wanted);
    if (this.settings.free && typed !== "" && !isThere)
      result.push({ label: `Add “${typed}”`, value: typed });
    return result.slice(0, mostShown);
  }

  #show(active: number): void {
    const options = this.#matching;
    this.#active = Math.max(0, Math.min(active, options.length - 1));
    this.#list.replaceChildren(
      ...options.map((x, i) => this.#option(x, i)),
    );
    if (options.length === 0)
      this.#list.append(make("li", { class: "lg-none" }, "Nothing found"));
    const current = this.#list.children[this.#active];
    current?.scrollIntoView({ block: "nearest" });
    if (options.length > 0)
      this.#search.setAttribute("aria-activedescendant", current?.id ?? "");
    else this.#search.removeAttribute("aria-activedescendant");
  }

  #option(option: Option, i: number): HTMLElement {
    const value = String(option.value);
    const picked = this.#values.includes(value);
    const item = make("li", {
      role: "option",
      id: `${this.#id}-${i}`,
      class: i === this.#active ? "lg-active" : "",
      "aria-selected": String(picked),
    }, make("span", { class: "lg-tick", "aria-hidden": "true" },
      picked ? "✓" : ""), make("span", {}, option.label));
    if (option.description)
      item.append(make("small", {}, option.description));
    item.onclick = () => this.#pick(value);
    return item;
  }

  #pick(value: string): void {
    const { multiple } = this.settings;
    if (!multiple) {
      this.set([value]);
      this.#close();
      this.#button.focus();
    } else if (this.#values.includes(value))
      this.set(this.#values.filter((x) => x !== value));
    else {
      // Typed lists come as people write them.
      const names = value.split(",").map((x) => x.trim()).filter((x) => x);
      this.set([...new Set([...this.#values, ...names])]);
    }
    this.settings.picked([...this.#values]);
    if (!multiple) return;
    this.#search.select();
    this.#show(this.#active);
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown") this.#show(this.#active + 1);
    else if (event.key === "ArrowUp") this.#show(this.#active - 1);
    else if (event.key === "Enter") {
      const option = this.#matching[this.#active];
      if (option) this.#pick(String(option.value));
    } else if (event.key === "Escape") {
      this.#close();
      this.#button.focus();
    } else if (event.key === "Backspace" && this.#search.value === ""
               && this.settings.multiple && this.#values.length > 0) {
      this.set(this.#values.slice(0, -1));
      this.settings.picked([...this.#values]);
      this.#show(this.#active);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function summary(values: readonly string[]): string {
  const [first, second, ...more] = values;
  if (first === undefined) return "None";
  if (second === undefined) return first;
  return more.length === 0
    ? `${first}, ${second}`
    : `${first}, ${second} +${more.length}`;
}
