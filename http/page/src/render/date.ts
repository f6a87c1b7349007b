// Cells that hold a date.

import type { Column } from "../contract/types";

/** Whether Workspace takes a column for dates by its name. */
export function isDateColumn(x: Column): boolean {
  if (x.cellDataType === "date" || x.cellDataType === "dateString") return true;
  if (x.cellDataType !== undefined || x.chartDataType === "series")
    return false;
  return /(^|_)(year|date|day)/i.test(x.field) || /date/i.test(x.field);
}

/** A date's text; nothing if the value does not look like one. */
export function dateText(value: unknown, yearOnly: boolean): string | null {
  if (typeof value === "number") return numberText(value, yearOnly);
  if (typeof value !== "string") return null;
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)?/.exec(
      value,
    );
  if (!match) return null;
  const [, year, month, day, time] = match;
  if (yearOnly) return year ?? null;
  const date = `${year}-${month}-${day}`;
  // Midnight is how a date without a time is often written.
  return time && !/^00:00(:00)?$/.test(time) ? `${date} ${time}` : date;
}

function numberText(value: number, yearOnly: boolean): string | null {
  if (Number.isInteger(value) && value >= 1000 && value <= 9999)
    return String(value);
  // Epoch seconds or milliseconds, from 1973 on.
  const ms = value >= 1e11 ? value : value >= 1e8 ? value * 1000 : null;
  if (ms === null || ms > 8.64e15) return null;
  return dateText(new Date(ms).toISOString(), yearOnly);
}
