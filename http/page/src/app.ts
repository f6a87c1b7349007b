// The page: which widget is open with which parameters, and what the buttons
// do. The address always says what is shown.

import { emptyMap, own } from "./contract/json";
import { defaultValue, type ParamValues } from "./contract/params";
import type { Column, ParamValue, Widget } from "./contract/types";
import { substitute } from "./render/cell_text";
import { safeSelection, toCsv, toTsv } from "./grid/csv";
import type { GridRow } from "./grid/grid_row";
import { HoverPanel } from "./grid/hover_panel";
import { copy, download, guardCopies } from "./ui/clipboard";
import { Controls } from "./ui/controls";
import { find, make } from "./ui/dom";
import { Look } from "./ui/look";
import { Notices } from "./ui/notices";
import { OptionSource } from "./ui/options";
import { overlayText } from "./ui/overlay";
import { StatusBar } from "./ui/status_bar";
import {
  fromUrl, readUrl, toUrl, type UrlState, writeUrl,
} from "./ui/url_state";
import { View } from "./view";

export class App {
  readonly #grid = find("grid");
  readonly #overlay = find("overlay");
  readonly #choice = find<HTMLSelectElement>("widget");
  readonly #search = find<HTMLInputElement>("search");
  readonly #pause = find<HTMLButtonElement>("pause");
  readonly #run = find<HTMLButtonElement>("run");
  readonly #notices = new Notices(find("notices"));
  readonly #card = new HoverPanel(document.body);
  readonly #status = new StatusBar(document.documentElement);
  readonly #controls: Controls;
  readonly #look: Look;
  #url: UrlState = readUrl(location.search);
  #values: ParamValues = emptyMap();
  #defaults: ParamValues = emptyMap();
  /** What cells have set for parameters of other widgets. */
  #shared: ParamValues = {};
  #widget: Widget | null = null;
  #view: View | null = null;

  constructor(
    readonly widgets: readonly Widget[],
    readonly base: string,
  ) {
    const options = new OptionSource(base, (x) => this.#notices.show(x));
    this.#controls = new Controls(find("params"), options,
      () => this.#values, (name, value) => this.#changeParam(name, value));
    this.#look = new Look(this.#grid, this.#url.theme, this.#url.colours,
      () => {
        this.#view?.grid.repaint();
        this.#writeUrl();
      });
    this.#choice.replaceChildren(
      ...widgets.map((x) => make("option", { value: x.id }, x.name)));
    this.#choice.hidden = widgets.length < 2;
    this.#choice.onchange = () => this.#switchTo(this.#choice.value);
    this.#bind();
  }

  start(): void {
    const { widget: id, params } = this.#url;
    // Whoever comes for the first time sees a market, not one row. An address
    // that names parameters alone is of the first widget.
    const all = Object.keys(params).length > 0 ? undefined
      : this.widgets.find((x) => x.params.some((y) => y.value === "*"));
    const widget = this.widgets.find((x) => x.id === id) ?? all
      ?? this.widgets[0];
    if (widget) this.#open(widget, this.#url);
    else this.#showOverlay("This node has no Live Grid widget.");
  }

  toggleTheme(): void {
    this.#look.toggleTheme();
  }

  togglePause(): void {
    const view = this.#view;
    if (view) view.paused = !view.paused;
  }

  focusSearch(): void {
    this.#search.select();
  }

  #open(widget: Widget, state: UrlState): void {
    this.#widget = widget;
    this.#choice.value = widget.id;
    this.#choice.title = widget.description;
    this.#grid.setAttribute("aria-label", widget.name);
    const now = new Date();
    this.#defaults = Object.fromEntries(
      widget.params.map((x) => [x.name, defaultValue(x, now)]));
    this.#values = {
      ...this.#defaults,
      ...fromUrl(state.params, widget.params),
    };
    this.#controls.show(widget.params);
    this.#search.value = state.search;
    this.#run.hidden = !widget.runButton;
    this.#view?.destroy();
    this.#view = null;
    const view = new View(this.#grid, widget, this.base, this.#values, {
      sort: state.sort,
      filter: state.filter,
      search: state.search,
    }, this.#card, {
      changed: () => this.#changed(),
      arranged: () => this.#writeUrl(),
      notice: (x) => this.#notices.show(x),
      clicked: (column, row) => void this.#clicked(column, row),
      copyCell: (x) => void this.#copy(x, "Copied"),
      palette: () => this.#look.palette,
    });
    this.#view = view;
    this.#status.show(view);
    this.#changed();
    this.#writeUrl();
  }

  #switchTo(id: string): void {
    const widget = this.widgets.find((x) => x.id === id);
    if (!widget) return;
    // Parameters of the same name go together, as Workspace groups them.
    const params = toUrl({ ...this.#values, ...this.#shared }, {});
    const shared = Object.fromEntries(
      widget.params.filter((x) => Object.hasOwn(params, x.name))
        .map((x) => [x.name, params[x.name] as string[]]));
    this.#open(widget, { ...this.#url, params: shared, sort: "", filter: {},
      search: "" });
  }

  #changeParam(name: string, value: ParamValue, refetch = true): void {
    this.#values = { ...this.#values, [name]: value };
    this.#writeUrl();
    // With a run button, parameters count once it is pressed.
    if (!this.#widget?.runButton) this.#view?.change(this.#values, refetch);
    this.#changed();
  }

  #changed(): void {
    const view = this.#view;
    if (!view) return;
    this.#status.connection();
    this.#pause.setAttribute("aria-pressed", String(view.paused));
    find("pause-label").textContent = view.paused ? "Resume" : "Pause";
    this.#showOverlay(overlayText(view));
  }

  #showOverlay(text: string): void {
    this.#overlay.hidden = text === "";
    this.#overlay.textContent = text;
  }

  #bind(): void {
    this.#pause.onclick = () => this.togglePause();
    this.#run.onclick = () => this.#view?.change(this.#values, true);
    this.#search.oninput = () => {
      this.#view?.grid.search(this.#search.value);
      this.#writeUrl();
    };
    guardCopies(this.#grid, safeSelection);
    find("copy").onclick = () => this.#copyRows();
    find("csv").onclick = () => this.#saveRows();
    find("backend-url").textContent = this.base;
    find("copy-url").onclick = () =>
      void this.#copy(this.base, "Backend URL copied");
    for (const name of ["connect", "help"]) {
      const dialog = find<HTMLDialogElement>(`${name}-dialog`);
      find(name).onclick = () => dialog.showModal();
      // A click beside it closes it: then the dialog itself is the target.
      dialog.onclick = (x) => {
        if (x.target === dialog) dialog.close();
      };
    }
    addEventListener("online", () => this.#view?.retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#view?.retryNow();
    });
  }

  #copyRows(): void {
    const { columns, rows } = this.#shown();
    const text = toTsv(columns, rows);
    void this.#copy(text, `${rows.length} rows copied`);
  }

  #saveRows(): void {
    const { columns, rows } = this.#shown();
    const time = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
    download(`${this.#widget?.id ?? "live_grid"}-${time}.csv`,
      "text/csv;charset=utf-8", toCsv(columns, rows));
  }

  #shown() {
    const grid = this.#view?.grid;
    return {
      columns: grid?.visibleColumns ?? [],
      rows: grid?.displayedRows.map((x) => x.cells) ?? [],
    };
  }

  async #copy(text: string, done: string): Promise<void> {
    const copied = await copy(text);
    this.#notices.show(copied ? done : "The browser does not let us copy.");
  }

  async #clicked(column: Column, row: GridRow): Promise<void> {
    const { actionType, groupBy, sendToAgent } = column.renderFnParams;
    if (actionType === "sendToAgent" && sendToAgent) {
      // There is no agent on this page: the prompt is for one elsewhere.
      const prompt = substitute(sendToAgent.markdown, row.cells);
      await this.#copy(prompt, "Prompt copied for your agent");
    } else if (groupBy) {
      const value = own(row.cells, groupBy.valueField ?? column.field);
      if (value === null || value === undefined) return;
      const param = this.#widget?.params.find(
        (x) => x.name === groupBy.paramName);
      const shared = param?.multiSelect ? [String(value)] : String(value);
      this.#controls.set(groupBy.paramName, shared);
      this.#group(groupBy.paramName, shared, groupBy.forceUpdate === true);
    }
  }

  /** The source widget is not asked anew, unless the column says so. */
  #group(name: string, value: ParamValue, force: boolean): void {
    const mine = this.#widget?.params.some((x) => x.name === name) === true;
    if (mine && force) {
      this.#changeParam(name, value);
      return;
    }
    if (mine) this.#values = { ...this.#values, [name]: value };
    else this.#shared = { ...this.#shared, [name]: value };
    this.#writeUrl();
    this.#notices.show(`${name} is now ${String(value)} for other widgets`);
  }

  #writeUrl(): void {
    const view = this.#view;
    this.#url = {
      ...this.#url,
      ...(view?.grid.state ?? {}),
      widget: this.widgets.length > 1 ? (this.#widget?.id ?? "") : "",
      params: toUrl(this.#values, this.#defaults),
      theme: this.#look.theme,
      colours: this.#look.colours,
    };
    const query = writeUrl(this.#url);
    const url = location.pathname + (query ? `?${query}` : "") + location.hash;
    if (url !== location.pathname + location.search + location.hash)
      history.replaceState(null, "", url);
  }
}
