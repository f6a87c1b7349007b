import { describe, expect, it } from "vitest";
import {
  hoverCardText, hoverCellText,
} from "../../../http/page/src/render/hover_card";
import {
  parseInline, parseMarkdown,
} from "../../../http/page/src/render/markdown";
import { column } from "../support/column";

describe("a hoverCard cell", () => {
  it.each([
    [{ value: 5, label: "five" }, {}, "5"],
    [{ value: 5, label: "five" }, { cellField: "label" }, "five"],
    [{ label: "five" }, {}, "-"],
    ["plain", {}, "plain"],
    [5.12345, {}, "5.123"],
    [null, {}, "-"],
  ])("shows of %o with %o: %s", (value, hoverCard, text) => {
    const x = column({ renderFn: "hoverCard", renderFnParams: { hoverCard } });
    expect(hoverCellText(value, x)).toBe(text);
  });

  it("fills its card from the object, or else from the row", () => {
    const hoverCard = { markdown: "**{name}**: {value}" };
    const x = column({ renderFnParams: { hoverCard } });
    const row = { name: "of the row", value: "too" };
    expect(hoverCardText({ name: "a", value: 1 }, row, x)).toBe("**a**: 1");
    expect(hoverCardText(5, row, x)).toBe("**of the row**: too");
  });

  it("lists all keys where there is no markdown", () => {
    expect(hoverCardText(5, { symbol: "AAPL", market_cap: 7 }, column()))
      .toBe("- **Symbol**: AAPL\n- **Market Cap**: 7");
  });
});

describe("markdown", () => {
  const plain = (text: string) => [{ kind: "text", text }];

  it("has headings, paragraphs, lists, tables and rules", () => {
    const text = "# One\ntwo\nthree\n\nfour\n- a\n- b\n1. c\n---\n" +
      "| x | y |\n|---|---|\n| 1 | 2 |";
    expect(parseMarkdown(text)).toEqual([
      { kind: "heading", level: 1, content: plain("One") },
      { kind: "paragraph", lines: [plain("two"), plain("three")] },
      { kind: "paragraph", lines: [plain("four")] },
      { kind: "list", ordered: false, items: [plain("a"), plain("b")] },
      { kind: "list", ordered: true, items: [plain("c")] },
      { kind: "rule" },
      { kind: "table", rows: [[plain("x"), plain("y")],
        [plain("1"), plain("2")]] },
    ]);
  });

  it.each([
    ["a **b** c", ["text", "strong", "text"]],
    ["*a* `b` __c__", ["em", "text", "code", "text", "strong"]],
    ["[a](https://x.y/z)", ["link"]],
    ["[a](javascript:alert(1))", ["text"]],
    ["<b>no</b>", ["text"]],
    ["2 * 3 * 4", ["text"]],
    ["snake_case_name", ["text"]],
  ])("%s", (text, kinds) => {
    expect(parseInline(text).map((x) => x.kind)).toEqual(kinds);
  });
});
