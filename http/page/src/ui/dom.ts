// Making elements.

type Attributes = Record<string, string | number | boolean | undefined>;

/** An element; `false` and undefined leave an attribute out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const result = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== false)
      result.setAttribute(key, value === true ? "" : String(value));
  result.append(...children);
  return result;
}

/** The element of index.html with that id. */
export function find<T extends HTMLElement>(id: string): T {
  const result = document.getElementById(id);
  if (!result) throw new Error(`index.html has no #${id}`);
  return result as T;
}
