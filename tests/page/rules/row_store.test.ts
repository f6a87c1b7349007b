import { describe, expect, it } from "vitest";
import {
  maxAppended, maxBeyond, maxJoined, rowKey, RowStore,
} from "../../../http/page/src/rows/row_store";

const live = ["price", "change"];

function store(): RowStore {
  const result = new RowStore(["symbol"], live);
  result.replace([
    { symbol: "A", price: 1, change: null, volume: 7 },
    { symbol: "B", price: 2, volume: 8 },
  ], 0);
  return result;
}

const cells = (x: RowStore, key = "A") => x.rows.get(key)?.cells;

describe("a row by WebSocket", () => {
  it.each([
    ["changes a live field", { symbol: "A", price: 5 },
      { price: 5, change: null, volume: 7 }],
    ["takes null for a value", { symbol: "A", price: null },
      { price: null, change: null, volume: 7 }],
    ["fills what was null", { symbol: "A", change: 3 },
      { price: 1, change: 3, volume: 7 }],
    ["leaves what is not live", { symbol: "A", volume: 9 },
      { price: 1, change: null, volume: 7 }],
    ["adds no field", { symbol: "A", more: 1 },
      { price: 1, change: null, volume: 7 }],
    ["adds no live field either", { symbol: "B", change: 1 }, undefined],
    ["of an unknown key is dropped", { symbol: "C", price: 5 },
      { price: 1, change: null, volume: 7 }],
    ["without a key is dropped", { type: "heartbeat" },
      { price: 1, change: null, volume: 7 }],
  ])("%s", (_, message, expected) => {
    const x = store();
    x.take(message, 1);
    if (expected) expect(cells(x)).toEqual({ symbol: "A", ...expected });
    else expect(cells(x, "B")).toEqual({ symbol: "B", price: 2, volume: 8 });
    expect([...x.rows.keys()]).toEqual(["A", "B"]);
  });

  it("may be one of many", () => {
    const x = store();
    x.take([{ symbol: "A", price: 5 }, { symbol: "B", price: 6 }], 1);
    expect(cells(x)?.price).toBe(5);
    expect(cells(x, "B")?.price).toBe(6);
  });

  it.each([null, 5, "text", [[]], [null, 5, "x"], [[{ symbol: "A" }]]])(
    "that is none (%o) breaks nothing", (message) => {
      const x = store();
      x.take(message, 1);
      expect(x.counters.updates).toBe(0);
      expect(x.counters.dropped).toBeGreaterThan(0);
      expect(x.waiting).toBe(0);
    });

  it("says which cells have changed, and only those", () => {
    const x = store();
    x.take({ symbol: "A", price: 1, change: 2 }, 1);
    x.take({ symbol: "B", price: 2 }, 1);
    expect(x.takeChanged()).toEqual(new Map([["A", new Set(["change"])]]));
    expect(x.takeChanged().size).toBe(0);
  });

  it("counts as conflated if it comes before the last was painted", () => {
    const x = store();
    for (const price of [3, 4, 5]) x.take({ symbol: "A", price }, 1);
    x.takeChanged();
    x.take({ symbol: "A", price: 6 }, 1);
    expect(x.counters).toEqual({ updates: 4, conflated: 2, dropped: 0 });
  });
});

describe("rows by GET", () => {
  it("take the place of all rows", () => {
    const x = store();
    x.take({ symbol: "A", price: 5 }, 1);
    x.replace([{ symbol: "B", price: 3 }, null, 5], 2);
    expect([...x.rows.keys()]).toEqual(["B"]);
    expect(x.waiting).toBe(0);
  });

  it("are brought up to date by what came while they were fetched", () => {
    const x = store();
    x.expectRows();
    x.take([{ symbol: "A", price: 5 }, { symbol: "C", price: 7 }], 1);
    x.take({ symbol: "C", change: 1 }, 1);
    x.replace([
      { symbol: "A", price: 4, change: 0 },
      { symbol: "C", price: 6, change: 0 },
    ], 2);
    expect(cells(x)).toEqual({ symbol: "A", price: 5, change: 0 });
    expect(cells(x, "C")).toEqual({ symbol: "C", price: 7, change: 1 });
  });

  it("are not changed by what came before they were asked for", () => {
    const x = store();
    x.take({ symbol: "A", price: 5 }, 1);
    x.expectRows();
    x.replace([{ symbol: "A", price: 4 }], 2);
    expect(cells(x)?.price).toBe(4);
  });

  it("are not shared with the caller", () => {
    const row = { symbol: "A", price: 1 };
    const x = new RowStore(["symbol"], live);
    x.replace([row], 0);
    x.take({ symbol: "A", price: 2 }, 1);
    expect(row.price).toBe(1);
  });
});

it.each([
  [["a"], { a: "x" }, "x"],
  [["a", "b"], { a: "x", b: 1 }, "x-1"],
  [["b"], { b: 1 }, "1"],
  [["a"], {}, ""],
])("the key of %o in %o is %s", (rowId, row, key) => {
  expect(rowKey(row, rowId)).toBe(key);
});

it("1 and \"1\" are the same key", () => {
  const x = new RowStore(["id"], ["id", "price"]);
  x.replace([{ id: 1, price: 1 }], 0);
  x.take({ id: "1", price: 2 }, 1);
  expect(cells(x, "1")?.price).toBe(2);
});

describe("where all symbols are asked for", () => {
  const all = (total: number) => {
    const x = new RowStore(["symbol"], live);
    x.expectRows();
    x.replace([{ symbol: "A", price: 1 }], 0, total);
    return x;
  };

  it("a new one joins as a row", () => {
    const x = all(1);
    x.take([{ symbol: "B", price: 2, source: "post" },
      { symbol: "B", price: 3 }], 1);
    expect(x.takeAppended().map((y) => y.cells)).toEqual([
      { symbol: "B", price: 3 },
    ]);
    expect(x.counters.dropped).toBe(0);
    expect([...x.rows.keys()]).toEqual(["A", "B"]);
    expect(x.total).toBe(2);
    // It is not new once more.
    x.take({ symbol: "B", price: 4 }, 2);
    expect(x.takeAppended()).toEqual([]);
  });

  it("one that came while the rows were fetched joins them", () => {
    const x = all(1);
    x.expectRows();
    x.take({ symbol: "B", price: 2 }, 1);
    x.replace([{ symbol: "A", price: 1 }], 2, 1);
    expect([...x.rows.keys()]).toEqual(["A", "B"]);
    // All are painted anew.
    expect(x.waiting).toBe(0);
  });

  it.each([
    [{ type: "error", detail: "no symbol name" }],
    [{ symbol: null, price: 5 }],
    [{ price: 5 }],
  ])("%o is no row", (message) => {
    const x = all(1);
    x.take(message, 1);
    expect([...x.rows.keys()]).toEqual(["A"]);
    expect(x.counters.dropped).toBe(1);
  });

  it("none joins those that are not all", () => {
    const x = all(5);
    x.take({ symbol: "B", price: 2 }, 1);
    expect([...x.rows.keys()]).toEqual(["A"]);
    expect(x.total).toBe(5);
  });

  it("those that are not here are counted, each once", () => {
    const x = all(3);
    // The first messages are of all that the node has.
    x.take([{ symbol: "A", price: 1 }, { symbol: "B", price: 2 },
      { symbol: "C", price: 3 }], 1);
    expect(x.total).toBe(3);
    for (const price of [4, 5]) x.take({ symbol: "D", price }, 2);
    expect(x.total).toBe(4);
    expect(x.rows.size).toBe(1);
    x.take([{ type: "error", detail: "no symbol name" }, { symbol: null }], 3);
    expect(x.total).toBe(4);
    expect(x.mayBeMore).toBe(false);
  });

  it("those that come while the rows are fetched are counted", () => {
    const x = all(2);
    x.expectRows();
    x.take([{ symbol: "B", price: 2 }, { symbol: "C", price: 3 }], 1);
    x.replace([{ symbol: "A", price: 1 }], 2, 2);
    expect(x.total).toBe(3);
    // They still are where the rows are fetched once more.
    x.expectRows();
    x.replace([{ symbol: "A", price: 1 }], 3, 2);
    expect(x.total).toBe(3);
    // One that is a row now is not counted twice.
    x.replace([{ symbol: "A", price: 1 }, { symbol: "B", price: 2 }], 4, 3);
    expect(x.total).toBe(3);
  });

  it("those of a link that is lost, or of another question, are not", () => {
    const x = all(2);
    const more = () =>
      x.take([{ symbol: "B", price: 2 }, { symbol: "C", price: 3 }], 1);
    more();
    expect(x.total).toBe(3);
    x.forgetBeyond();
    expect(x.total).toBe(2);
    more();
    x.replace([{ symbol: "A", price: 1 }], 2, 1);
    expect(x.total).toBe(1);
    x.replace([{ symbol: "A", price: 1 }], 2, 2);
    more();
    x.replace([{ symbol: "A", price: 1 }], 3);
    more();
    expect(x.total).toBe(1);
  });

  it("so many are counted and no more", () => {
    const x = all(2);
    const take = (i: number) => x.take({ symbol: `S${i}`, price: i }, 1);
    for (let i = 0; i < maxBeyond; ++i) take(i);
    take(0);
    expect([x.total, x.mayBeMore]).toEqual([maxBeyond + 1, false]);
    take(maxBeyond);
    expect([x.total, x.mayBeMore]).toEqual([maxBeyond + 1, true]);
  });

  it("so many join and no more: the others are counted", () => {
    const x = all(1);
    for (let i = 0; i < maxJoined + 10; ++i)
      x.take({ symbol: `S${i}`, price: i }, 1);
    expect(x.rows.size).toBe(maxJoined + 1);
    expect(x.total).toBe(maxJoined + 11);
  });

  it("none joins once some are asked for by name", () => {
    const x = all(1);
    x.replace([{ symbol: "A", price: 1 }], 1);
    x.take({ symbol: "B", price: 2 }, 2);
    expect([...x.rows.keys()]).toEqual(["A"]);
    expect(x.total).toBe(1);
  });
});

describe("without a row id", () => {
  const tape = () => {
    const x = new RowStore([], []);
    x.replace([{ price: 1 }], 0);
    return x;
  };

  it("every row is appended", () => {
    const x = tape();
    x.take([{ price: 1 }, { price: 1 }], 1);
    x.take({ type: "heartbeat" }, 2);
    expect(x.takeAppended().map((y) => y.cells)).toEqual([
      { price: 1 }, { price: 1 }, { type: "heartbeat" },
    ]);
    expect(x.rows.size).toBe(4);
  });

  it("the oldest go when there are too many", () => {
    const x = tape();
    for (let i = 0; i < maxAppended + 10; ++i) x.take({ price: i }, 1);
    expect(x.rows.size).toBe(maxAppended);
    expect(x.takeAppended()).toHaveLength(maxAppended);
  });
});

describe("a row that is simulated", () => {
  const row = { symbol: "A", price: 1, source: "simulator" };
  const simulated = (x: RowStore) => x.rows.get("A")?.simulated;

  it("is one until a row says that it comes from elsewhere", () => {
    const x = new RowStore(["symbol"], ["price"]);
    x.replace([row], 0);
    expect(simulated(x)).toBe(true);
    x.take({ symbol: "A", price: 2 }, 1);
    expect(simulated(x)).toBe(true);
    x.take({ symbol: "A", price: 3, source: "post" }, 2);
    expect(simulated(x)).toBe(false);
    x.take({ symbol: "A", price: 3, source: "simulator" }, 3);
    expect(simulated(x)).toBe(true);
    x.replace([{ ...row, source: null }], 4);
    expect(simulated(x)).toBe(false);
  });

  it("has to be asked for anew once it is real", () => {
    const x = new RowStore(["symbol"], ["price"]);
    x.replace([row], 0);
    x.take(row, 1);
    expect(x.takeOutdated()).toBe(false);
    x.take({ ...row, source: "post" }, 2);
    expect([x.takeOutdated(), x.takeOutdated()]).toEqual([true, false]);
    x.take({ ...row, source: "socket" }, 3);
    expect(x.takeOutdated()).toBe(false);
    // Rows that are older than what came after they were asked for.
    x.expectRows();
    x.take({ ...row, source: "post" }, 4);
    x.replace([row], 5);
    expect(x.takeOutdated()).toBe(true);
  });

  it("shows no cell that its widget does not declare", () => {
    const x = new RowStore(["symbol"], ["price"]);
    x.replace([row], 0);
    x.take({ symbol: "A", price: 2, source: "simulator" }, 1);
    expect(cells(x)).toEqual({ symbol: "A", price: 2 });
  });

  it("shows it where the widget declares it", () => {
    const x = new RowStore(["symbol"], ["price", "source"], true);
    x.replace([row], 0);
    x.take({ symbol: "A", price: 2, source: "post" }, 1);
    expect(cells(x)).toEqual({ symbol: "A", price: 2, source: "post" });
  });

  it("may stand on a tape", () => {
    const x = new RowStore([], []);
    x.take([row, { ...row, source: "post" }], 1);
    expect([...x.rows.values()].map((y) => y.simulated)).toEqual([true, false]);
    expect(x.takeAppended()[0]?.cells).toEqual({ symbol: "A", price: 1 });
  });
});
