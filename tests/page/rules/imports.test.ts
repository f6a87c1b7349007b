import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const sources = fileURLToPath(
  new URL("../../../http/page/src", import.meta.url),
);

/** What each source of the page imports of the others, types included. */
function readImports(): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const name of readdirSync(sources, { recursive: true })) {
    const path = String(name);
    if (!path.endsWith(".ts")) continue;
    const text = readFileSync(join(sources, path), "utf8");
    const found = text.matchAll(/(?:from|import) "(\.[^"]+)"/g);
    result.set(path, [...found].map(
      (x) => `${relative(sources, join(sources, dirname(path), x[1]!))}.ts`,
    ));
  }
  return result;
}

/** The sources of a circle in the order in which they import each other. */
function findCircle(imports: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (x: string): string[] => {
    if (done.has(x)) return [];
    if (way.includes(x)) return [...way.slice(way.indexOf(x)), x];
    way.push(x);
    for (const y of imports.get(x) ?? []) {
      const circle = visit(y);
      if (circle.length > 0) return circle;
    }
    way.pop();
    done.add(x);
    return [];
  };
  for (const x of imports.keys()) {
    const circle = visit(x);
    if (circle.length > 0) return circle;
  }
  return [];
}

it("finds a circle where there is one", () => {
  const imports = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
  expect(findCircle(imports)).toEqual(["b", "c", "b"]);
});

it("no source of the page imports itself by way of others", () => {
  const imports = readImports();
  expect(imports.get("main.ts")).toContain("app.ts");
  expect(findCircle(imports)).toEqual([]);
});
