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

/**
 * An empty map by name. A plain object would have members that nobody has put
 * there, such as `constructor`, and one, `__proto__`, that nobody can.
 */
export function emptyMap<V>(): Record<string, V> {
  return Object.create(null) as Record<string, V>;
}

/** Such a map of an object's own members. */
export function mapOf<V>(x: Readonly<Record<string, V>>): Record<string, V> {
  return Object.assign(emptyMap<V>(), x);
}

/** A member by a name from outside; undefined if there is none of its own. */
export function own<V>(
  x: Readonly<Record<string, V>>,
  name: string,
): V | undefined {
  return Object.hasOwn(x, name) ? x[name] : undefined;
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
