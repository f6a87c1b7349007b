// Words for people, from keys for programs.

/** titleCase: words of four letters and more get one capital, the first. */
export function titleCase(value: string): string {
  return words(value)
    .map((x) => (x.length >= 4 ? capital(x.toLowerCase()) : x))
    .join(" ");
}

/** A column's header where widgets.json gives none: market_cap, Market Cap. */
export function labelOf(key: string): string {
  return words(key).map(capital).join(" ");
}

function words(x: string): string[] {
  return x.split(/[\s_]+/).filter((word) => word !== "");
}

function capital(x: string): string {
  return x.charAt(0).toUpperCase() + x.slice(1);
}
