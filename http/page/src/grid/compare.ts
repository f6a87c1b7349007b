// The order of cells when sorted.

const collator = new Intl.Collator("en", { numeric: true });

/** Numbers by value, other things by text, and what is missing always last. */
export function compare(
  a: unknown,
  b: unknown,
  _nodeA: unknown,
  _nodeB: unknown,
  descending: boolean,
): number {
  const missing = Number(a == null) - Number(b == null);
  if (missing !== 0) return descending ? -missing : missing;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}
