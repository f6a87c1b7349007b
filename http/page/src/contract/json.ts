// Looking at parsed JSON of which nothing is known.

export function isObject(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && !Array.isArray(x);
}

/** The array, or an empty one for anything else. */
export function list(x: unknown): unknown[] {
  return Array.isArray(x) ? x : [];
}

/** The text, or `otherwise` for anything else and for an empty one. */
export function text(x: unknown, otherwise = ""): string {
  return typeof x === "string" && x !== "" ? x : otherwise;
}

/** An object with that member, or without it where there is no value. */
export function maybe<K extends string, V>(
  key: K,
  value: V | undefined,
): { [k in K]?: V } {
  return value === undefined
    ? {}
    : ({ [key]: value } as { [k in K]?: V });
}
