import { describe, expect, it } from "vitest";
import {
  pointStyle, sparkShapes, sparkValues,
} from "../../../http/page/src/render/sparkline";
import type { SparklineOptions } from "../../../http/page/src/contract/types";

const flat = { padding: { top: 0, right: 0, bottom: 0, left: 0 } };

const shapes = (
  type: "line" | "area" | "bar",
  values: number[],
  options: SparklineOptions = {},
) => sparkShapes(values, { type, options: { ...flat, ...options } }, 100, 20);

it.each([
  [[1, 2, 3], {}, [1, 2, 3]],
  [[[0, 1], [1, 2]], {}, [1, 2]],
  [[{ x: 0, y: 1 }, { x: 1, y: 2 }], {}, [1, 2]],
  [[{ t: 0, v: 1 }], { yKey: "v" }, [1]],
  [[1, null, "2", NaN, 3], {}, [1, 3]],
  ["1,2,3", {}, []],
  [null, {}, []],
])("the values of %o with %o are %o", (data, options, values) => {
  expect(sparkValues(data, options)).toEqual(values);
});

describe("a line", () => {
  it("goes from edge to edge, low to high", () => {
    expect(shapes("line", [0, 10, 5])).toMatchObject([
      { kind: "path", d: "M0 20L50 0L100 10", style: { fill: "none" } },
    ]);
  });

  it("is within min and max", () => {
    expect(shapes("line", [0, 10], { min: -10, max: 5 })).toMatchObject([
      { d: "M0 6.67L100 0" },
    ]);
  });

  it.each([[[5]], [[5, 5]]])("of %o is in the middle", (values) => {
    const [x] = shapes("line", values);
    expect(x).toMatchObject({ kind: "path" });
    expect(JSON.stringify(x)).toContain(" 10");
  });

  it("of nothing is nothing", () => {
    expect(shapes("line", [])).toEqual([]);
  });
});

it("an area is closed at the bottom, below its line", () => {
  expect(shapes("area", [0, 10], { fill: "#abc", fillOpacity: 0.5 }))
    .toMatchObject([
      { d: "M0 20L100 0L100 20L0 20Z", style: { fill: "#abc", opacity: 0.5 } },
      { d: "M0 20L100 0", style: { fill: "none" } },
    ]);
});

describe("bars", () => {
  it("stand on zero", () => {
    expect(shapes("bar", [10, -10], { axis: { paddingInner: 0 } }))
      .toMatchObject([
        { kind: "bar", x: 0, y: 0, width: 50, height: 10 },
        { kind: "bar", x: 50, y: 10, width: 50, height: 10 },
      ]);
  });

  it("may lie", () => {
    const axis = { paddingInner: 0 };
    expect(shapes("bar", [5, 10], { axis, direction: "horizontal" }))
      .toMatchObject([
        { x: 0, y: 0, width: 50, height: 10 },
        { x: 0, y: 10, width: 100, height: 10 },
      ]);
  });

  it("have colours by sign", () => {
    const pointsOfInterest = {
      positiveNegative: {
        positive: { fill: "#0f0" }, negative: { fill: "#f00" },
      },
    };
    expect(shapes("bar", [1, -1], { fill: "#00f", pointsOfInterest }))
      .toMatchObject([
        { style: { fill: "#0f0" } }, { style: { fill: "#f00" } },
      ]);
  });
});

describe("points of interest", () => {
  const pointsOfInterest = {
    firstLast: { fill: "first" },
    minimum: { fill: "low" },
    maximum: { fill: "high" },
  };

  it.each([
    [0, "first"], [1, "high"], [2, "low"], [3, "first"],
  ])("point %i is %s", (i, fill) => {
    expect(pointStyle([5, 9, 1, 6], i, { pointsOfInterest })).toEqual({ fill });
  });

  it("others are not drawn, unless markers are on", () => {
    expect(pointStyle([1, 5, 9], 1, { pointsOfInterest })).toBeNull();
    expect(pointStyle([1, 5, 9], 1, { markers: { enabled: true, size: 3 } }))
      .toMatchObject({ size: 3 });
  });
});
