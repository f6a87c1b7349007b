// The line at the bottom: how the page is doing.

import { ageText } from "../render/age_text";
import { quantile } from "../rows/quantile";
import type { View } from "../view";
import { find } from "./dom";
import { connectionText, countText, rateText } from "./status_text";

/** How often it is brought up to date, in milliseconds. */
const every = 500;

/** Over how much time rows a second are counted, in ticks of `every`. */
const rateTicks = 4;

export class StatusBar {
  readonly #connection = find("connection");
  readonly #announce = find("announce");
  readonly #rows = find("rows");
  readonly #rate = find("rate");
  readonly #age = find("age");
  readonly #conflated = find("conflated");
  readonly #quiet = find("quiet");
  readonly #unreadable = find("unreadable");
  readonly #simulated = find("simulated");
  #counts: { at: number; updates: number }[] = [];
  #view: View | null = null;

  constructor(readonly page: HTMLElement) {
    setInterval(() => this.#tick(), every);
  }

  show(view: View | null): void {
    this.#view = view;
    this.#counts = [];
    this.connection();
    this.#tick();
  }

  /** The connection, at once. */
  connection(): void {
    const view = this.#view;
    if (!view) return;
    const now = performance.now();
    const { state, text } = connectionText(
      view.connection, view.rows, view.paused, now);
    this.page.dataset.state = state;
    this.#set(this.#connection, text);
    const spoken = connectionText(
      view.connection, view.rows, view.paused, null).text;
    this.#set(this.#announce, spoken);
    const name = view.widget.name;
    document.title =
      state === "down" ? `⚠ ${name}: down` : `${name} · Live Grid`;
  }

  #tick(): void {
    const view = this.#view;
    if (!view) return;
    const now = performance.now();
    const rows = view.grid.displayedRows;
    const ages = rows.map((x) => x.stored.pulse.age(now));
    this.connection();
    this.#simulated.hidden = !rows.some((x) => x.stored.simulated);
    this.#set(this.#rows, countText(
      rows.length, view.store.total, view.store.mayBeMore));
    this.#set(this.#rate, rateText(this.#rateNow(now, view)));
    this.#set(this.#age,
      `${ageText(quantile(ages, 0.5))} · ${ageText(quantile(ages, 0.99))}`);
    this.#set(this.#conflated,
      view.store.counters.conflated.toLocaleString("en-US"));
    const live = view.connection.is === "live";
    const quiet = live
      ? rows.filter((x) => x.stored.pulse.isQuiet(now)).length
      : 0;
    this.#set(this.#quiet, String(quiet));
    view.grid.markQuiet((x) => live && x.stored.pulse.isQuiet(now));
    this.#set(this.#unreadable, String(view.unreadable));
    (this.#unreadable.parentElement as HTMLElement).hidden =
      view.unreadable === 0;
  }

  #rateNow(at: number, view: View): number {
    this.#counts.push({ at, updates: view.store.counters.updates });
    if (this.#counts.length > rateTicks + 1) this.#counts.shift();
    const first = this.#counts[0];
    const last = this.#counts.at(-1);
    if (!first || !last || last.at === first.at) return 0;
    return ((last.updates - first.updates) / (last.at - first.at)) * 1000;
  }

  #set(element: HTMLElement, text: string): void {
    if (element.textContent !== text) element.textContent = text;
  }
}
