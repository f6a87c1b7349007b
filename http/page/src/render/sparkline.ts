// Sparklines as shapes: where each line and bar goes. svg.ts draws them.

import { isObject } from "../contract/json";
import type {
  PointStyle, Sparkline, SparklineOptions,
} from "../contract/types";

export type Shape =
  | { kind: "path"; d: string; style: PointStyle & { opacity?: number } }
  | {
      kind: "bar";
      x: number; y: number; width: number; height: number;
      style: PointStyle;
    }
  | { kind: "point"; x: number; y: number; style: PointStyle };

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const defaultStroke = "#5090dc";

/** The numbers of an array cell: bare, in pairs, or in objects. */
export function sparkValues(x: unknown, options: SparklineOptions): number[] {
  if (!Array.isArray(x)) return [];
  return x
    .map((each) => {
      if (Array.isArray(each)) return each[1];
      return isObject(each) ? each[options.yKey ?? "y"] : each;
    })
    .filter((y): y is number => typeof y === "number" && Number.isFinite(y));
}

/** The shapes of a sparkline in a cell of that size. */
export function sparkShapes(
  values: number[],
  { type, options }: Sparkline,
  width: number,
  height: number,
): Shape[] {
  if (values.length === 0) return [];
  const pad = { top: 3, right: 3, bottom: 3, left: 3, ...options.padding };
  const box: Box = {
    left: pad.left,
    top: pad.top,
    width: Math.max(1, width - pad.left - pad.right),
    height: Math.max(1, height - pad.top - pad.bottom),
  };
  return type === "bar"
    ? barShapes(values, options, box)
    : lineShapes(values, options, box, type === "area");
}

function lineShapes(
  values: number[],
  options: SparklineOptions,
  box: Box,
  area: boolean,
): Shape[] {
  const low = options.min ?? Math.min(...values);
  const high = options.max ?? Math.max(...values);
  const points = values.map((value, i) => ({
    x: box.left + (values.length < 2 ? 0.5 : i / (values.length - 1))
      * box.width,
    y: box.top + (1 - share(value, low, high)) * box.height,
  }));
  const line = points
    .map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`)
    .join("");
  const stroke = options.stroke ?? defaultStroke;
  const shapes: Shape[] = [];
  if (area) {
    const bottom = round(box.top + box.height);
    const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
    shapes.push({
      kind: "path",
      d: `${line}L${round(last)} ${bottom}L${round(first)} ${bottom}Z`,
      style: {
        fill: options.fill ?? stroke,
        stroke: "none",
        opacity: options.fillOpacity ?? 0.25,
      },
    });
  }
  shapes.push({
    kind: "path",
    d: line,
    style: { fill: "none", stroke, strokeWidth: options.strokeWidth ?? 1.5 },
  });
  points.forEach(({ x, y }, i) => {
    const style = pointStyle(values, i, options);
    if (style)
      shapes.push({ kind: "point", x: round(x), y: round(y), style });
  });
  return shapes;
}

/** How a point stands out; nothing if it does not. A later rule wins. */
export function pointStyle(
  values: number[],
  i: number,
  options: SparklineOptions,
): PointStyle | null {
  const value = values[i] ?? 0;
  const poi = options.pointsOfInterest ?? {};
  const chosen = [
    options.markers?.enabled ? options.markers : undefined,
    value >= 0
      ? poi.positiveNegative?.positive
      : poi.positiveNegative?.negative,
    i === 0 || i === values.length - 1 ? poi.firstLast : undefined,
    value === Math.max(...values) ? poi.maximum : undefined,
    value === Math.min(...values) ? poi.minimum : undefined,
  ].filter((x) => x !== undefined);
  return chosen.length === 0 ? null : Object.assign({}, ...chosen);
}

function barShapes(
  values: number[],
  options: SparklineOptions,
  box: Box,
): Shape[] {
  // Bars stand on zero.
  const low = options.min ?? Math.min(0, ...values);
  const high = options.max ?? Math.max(0, ...values);
  const sideways = options.direction === "horizontal";
  const long = sideways ? box.width : box.height;
  const band = (sideways ? box.height : box.width) / values.length;
  const thick = band * (1 - (options.axis?.paddingInner ?? 0.2));
  const zero = share(0, low, high) * long;
  return values.map((value, i) => {
    const end = share(value, low, high) * long;
    const from = Math.min(zero, end);
    const size = Math.max(Math.abs(end - zero), 0.5);
    const at = i * band + (band - thick) / 2;
    const style = {
      fill: options.fill ?? options.stroke ?? defaultStroke,
      ...(pointStyle(values, i, options) ?? {}),
    };
    return {
      kind: "bar",
      x: round(box.left + (sideways ? from : at)),
      y: round(box.top + (sideways ? at : long - from - size)),
      width: round(sideways ? size : thick),
      height: round(sideways ? thick : size),
      style,
    };
  });
}

/** Where a value lies between two others, from 0 to 1. */
function share(value: number, low: number, high: number): number {
  if (high === low) return 0.5;
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
