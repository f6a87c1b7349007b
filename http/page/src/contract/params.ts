// Parameter values: defaults, and how they travel in a GET.

import { resolveDate } from "./current_date";
import type { Param, ParamValue } from "./types";

export type ParamValues = Record<string, ParamValue>;

/** The value a parameter has before anybody touches it. */
export function defaultValue(param: Param, now: Date): ParamValue {
  const x = param.value;
  // Workspace turns every falsy default into null, 0 and false too.
  if (!x) return null;
  if (Array.isArray(x)) return x.toString();
  if (typeof x === "string") return resolveDate(x, now);
  return typeof x === "number" || typeof x === "boolean" ? x : null;
}

/** What a GET sends of the values: no empty text, no null. */
export function toQuery(values: ParamValues): URLSearchParams {
  const result = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== "" && value !== null && value !== undefined)
      result.set(name, value.toString());
  return result;
}

/** Whether Workspace would close its socket: values, and none of them set. */
export function allFalsy(values: ParamValues): boolean {
  const all = Object.values(values);
  return all.length > 0 && all.every((x) => !x);
}

/** Whether a list is empty: then there is nothing to ask for. */
export function asksForNothing(values: ParamValues): boolean {
  return Object.values(values).some((x) => Array.isArray(x) && x.length === 0);
}
