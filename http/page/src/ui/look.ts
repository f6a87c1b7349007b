// Theme, and the colours of up and down.

import {
  type ColourChoice, paletteOf, type Theme,
} from "../grid/palette";
import type { Palette } from "../render/colour";
import { find } from "./dom";

export class Look {
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #themeButton = find<HTMLButtonElement>("theme");
  readonly #coloursButton = find<HTMLButtonElement>("colours");

  /** @param theme null for the system's. */
  constructor(
    readonly grid: HTMLElement,
    public theme: Theme | null,
    public colours: ColourChoice,
    readonly changed: () => void,
  ) {
    this.#dark.onchange = () => this.#apply();
    this.#themeButton.onclick = () => this.toggleTheme();
    this.#coloursButton.onclick = () => {
      this.colours = this.colours === "safe" ? "classic" : "safe";
      this.#apply();
    };
    this.#apply(true);
  }

  get shown(): Theme {
    return this.theme ?? (this.#dark.matches ? "dark" : "light");
  }

  get palette(): Palette {
    return paletteOf(this.colours, this.shown);
  }

  toggleTheme(): void {
    this.theme = this.shown === "dark" ? "light" : "dark";
    this.#apply();
  }

  #apply(first = false): void {
    const theme = this.shown;
    const root = document.documentElement;
    root.dataset.theme = theme;
    this.grid.className =
      theme === "dark" ? "ag-theme-quartz-dark" : "ag-theme-quartz";
    const safe = this.colours === "safe";
    this.#coloursButton.setAttribute("aria-pressed", String(safe));
    this.#themeButton.setAttribute("aria-pressed", String(theme === "dark"));
    const { green, red } = this.palette;
    root.style.setProperty("--lg-up", green);
    root.style.setProperty("--lg-down", red);
    if (!first) this.changed();
  }
}
