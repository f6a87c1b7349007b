// The markdown of hover cards, as a tree: blocks of inline pieces. It becomes
// elements and text nodes, never HTML, so that a row's data cannot be markup.

export type Inline =
  | { kind: "text" | "strong" | "em" | "code"; text: string }
  | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "heading"; level: number; content: Inline[] }
  | { kind: "paragraph"; lines: Inline[][] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "table"; rows: Inline[][][] }
  | { kind: "rule" };

const heading = /^(#{1,6})\s+(.*)$/;
const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const rule = /^\s*([-*_])(\s*\1){2,}\s*$/;
const tableLine = /^\s*\|(.*)\|\s*$/;
const divider = /^[\s|:-]+$/;

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split(/\r?\n/)) {
    const last = blocks.at(-1);
    if (line.trim() === "") {
      // An empty paragraph ends whatever was open, and is not kept.
      blocks.push({ kind: "paragraph", lines: [] });
      continue;
    }
    const head = heading.exec(line);
    const entry = item.exec(line);
    const cells = tableLine.exec(line);
    if (rule.test(line)) blocks.push({ kind: "rule" });
    else if (head)
      blocks.push({
        kind: "heading",
        level: head[1]?.length ?? 1,
        content: parseInline(head[2] ?? ""),
      });
    else if (entry) {
      const ordered = entry[1] !== undefined;
      const content = parseInline(entry[2] ?? "");
      if (last?.kind === "list" && last.ordered === ordered)
        last.items.push(content);
      else blocks.push({ kind: "list", ordered, items: [content] });
    } else if (cells) {
      if (divider.test(line)) continue;
      const row = (cells[1] ?? "").split("|").map((x) => parseInline(x.trim()));
      if (last?.kind === "table") last.rows.push(row);
      else blocks.push({ kind: "table", rows: [row] });
    } else if (last?.kind === "paragraph") last.lines.push(parseInline(line));
    else blocks.push({ kind: "paragraph", lines: [parseInline(line)] });
  }
  return blocks.filter((x) => x.kind !== "paragraph" || x.lines.length > 0);
}

const piece = new RegExp(
  [
    "`([^`]+)`",
    "\\*\\*([^*]+)\\*\\*",
    "__([^_]+)__",
    "\\*([^*\\s][^*]*)\\*",
    "\\b_([^_]+)_\\b",
    "\\[([^\\]]+)\\]\\((https?:[^)\\s]+)\\)",
  ].join("|"),
  "g",
);

export function parseInline(text: string): Inline[] {
  const result: Inline[] = [];
  let from = 0;
  for (const x of text.matchAll(piece)) {
    if (x.index > from)
      result.push({ kind: "text", text: text.slice(from, x.index) });
    const [, code, strong, strong2, em, em2, label, href] = x;
    if (code !== undefined) result.push({ kind: "code", text: code });
    else if (href !== undefined)
      result.push({ kind: "link", text: label ?? href, href });
    else if ((strong ?? strong2) !== undefined)
      result.push({ kind: "strong", text: (strong ?? strong2) as string });
    else result.push({ kind: "em", text: (em ?? em2) as string });
    from = x.index + x[0].length;
  }
  if (from < text.length) result.push({ kind: "text", text: text.slice(from) });
  return result;
}
