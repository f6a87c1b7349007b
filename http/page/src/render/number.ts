// Numbers as Workspace writes them.

import type { FormatterFn } from "../contract/types";

const formats = new Map<string, Intl.NumberFormat>();

function format(value: number, least: number, most: number): string {
  const key = `${least},${most}`;
  let x = formats.get(key);
  if (!x) {
    x = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    });
    formats.set(key, x);
  }
  const text = x.format(value);
  return text === "-0" ? "0" : text;
}

/** At most `decimals` decimals, thousands grouped. */
export function formatNumber(value: number, decimals: number): string {
  return format(value, 0, decimals);
}

/** The size of a change: the smaller the number, the more decimals. */
export function formatPrice(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return "N/A";
  const size = Math.abs(value);
  const decimals = size >= 1 ? 2 : size >= 0.01 ? 4 : size >= 0.0001 ? 6 : 8;
  return format(value, decimals, decimals);
}

/** Cut after `decimals` decimals, not rounded. */
function truncate(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // 0.29 * 100 is 28.999999999999996: fifteen digits are what a number holds.
  return Math.trunc(Number((value * scale).toPrecision(15))) / scale;
}

function percentText(value: number, decimals: number): string {
  return format(truncate(value, decimals), Math.min(1, decimals), decimals);
}

/** A number under a formatterFn; unset is as `int`. */
export function formatWith(
  value: number,
  formatter: FormatterFn | undefined,
  decimals: number,
): string {
  switch (formatter) {
    case "none":
      return value.toString();
    case "percent":
      return `${percentText(value, Math.max(2, decimals))} %`;
    case "normalized":
      return normalized(value, decimals);
    case "normalizedPercent":
      return `${normalized(value, decimals)} %`;
    default:
      return formatNumber(value, decimals);
  }
}

function normalized(value: number, decimals: number): string {
  const least = value < 0.001 ? 6 : 2;
  const scaled = Number((value * 100).toPrecision(15));
  return percentText(scaled, Math.max(least, decimals));
}
