// The view in the address: widget, parameters, sort, filter, search, theme.
// Parameters have the prefix `p.`; a list is the same name several times, and
// an empty list the name with nothing.

import { emptyMap, own } from "../contract/json";
import type { ParamValues } from "../contract/params";
import type { Param, ParamValue } from "../contract/types";
import type { ColourChoice, Theme } from "../grid/palette";

export interface UrlState {
  widget: string;
  params: Record<string, string[]>;
  sort: string;
  filter: Record<string, unknown>;
  search: string;
  theme: Theme | null;
  colours: ColourChoice;
}

const prefix = "p.";

export function readUrl(query: string): UrlState {
  const from = new URLSearchParams(query);
  const params = emptyMap<string[]>();
  for (const [key, value] of from)
    if (key.startsWith(prefix)) {
      const name = key.slice(prefix.length);
      params[name] = [...(params[name] ?? []), value];
    }
  const theme = from.get("theme");
  return {
    widget: from.get("widget") ?? "",
    params,
    sort: from.get("sort") ?? "",
    filter: readFilter(from.get("filter")),
    search: from.get("search") ?? "",
    theme: theme === "light" || theme === "dark" ? theme : null,
    colours: from.get("colours") === "safe" ? "safe" : "classic",
  };
}

/** A filter that somebody has mangled is no filter. */
function readFilter(text: string | null): Record<string, unknown> {
  try {
    const x: unknown = JSON.parse(text ?? "{}");
    return typeof x === "object" && x !== null && !Array.isArray(x)
      ? (x as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

export function writeUrl(x: UrlState): string {
  const to = new URLSearchParams();
  if (x.widget) to.set("widget", x.widget);
  for (const [name, values] of Object.entries(x.params)) {
    if (values.length === 0) to.append(prefix + name, "");
    for (const value of values) to.append(prefix + name, value);
  }
  if (x.sort) to.set("sort", x.sort);
  if (Object.keys(x.filter).length > 0)
    to.set("filter", JSON.stringify(x.filter));
  if (x.search) to.set("search", x.search);
  if (x.theme) to.set("theme", x.theme);
  if (x.colours !== "classic") to.set("colours", x.colours);
  const text = to.toString();
  // These are legal in a query, and a person may want to read it.
  return text.replace(/%3A/g, ":").replace(/%2C/g, ",");
}

/** The values that the address gives for parameters of a widget. */
export function fromUrl(
  given: Record<string, string[]>,
  params: readonly Param[],
): ParamValues {
  const result = emptyMap<ParamValue>();
  for (const param of params) {
    const texts = own(given, param.name);
    if (!texts) continue;
    if (param.multiSelect) result[param.name] = texts.filter((x) => x !== "");
    else result[param.name] = single(texts[0] ?? "", param);
  }
  return result;
}

function single(text: string, param: Param) {
  if (text === "") return null;
  if (param.type !== "number") return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** The other way: only what differs from the defaults. */
export function toUrl(
  values: ParamValues,
  defaults: ParamValues,
): Record<string, string[]> {
  const result = emptyMap<string[]>();
  for (const [name, value] of Object.entries(values)) {
    if (String(value) === String(own(defaults, name) ?? null)
        && !(Array.isArray(value) && value.length === 0))
      continue;
    result[name] = Array.isArray(value)
      ? value
      : [value === null ? "" : String(value)];
  }
  return result;
}
