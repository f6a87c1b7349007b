// The words of the status bar.

import type { Connection } from "../feed/connection";
import type { RowsState } from "../rows/rows_state";

export type PageState = "live" | "wait" | "down" | "still" | "paused";

/**
 * What the connection is, for the eye and, without a clock, for a screen
 * reader: it is told of what happens, not of each second.
 */
export function connectionText(
  connection: Connection,
  rows: RowsState,
  paused: boolean,
  now: number | null,
): { state: PageState; text: string } {
  if (connection.is === "down") {
    const left = now === null || connection.retryAt === null
      ? null
      : Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
    const when = connection.retryAt === null ? ""
      : left === null ? ", trying again"
      : `, trying again in ${left} s`;
    return { state: "down", text: `Down: ${connection.why}${when}` };
  }
  if (rows.are === "failed")
    return { state: "down", text: `No rows: ${rows.why}` };
  if (connection.is === "connecting")
    return { state: "wait", text: "Connecting" };
  if (rows.are === "loading") return { state: "wait", text: "Loading rows" };
  if (paused) return { state: "paused", text: "Paused" };
  if (connection.is === "off") return { state: "still", text: "Not live" };
  return { state: "live", text: "Live" };
}

export function rateText(perSecond: number): string {
  if (perSecond === 0) return "0";
  return perSecond < 10
    ? perSecond.toFixed(1)
    : Math.round(perSecond).toLocaleString("en-US");
}

/** @param more whether there may be more than `all`. */
export function countText(shown: number, all: number, more = false): string {
  const text = (x: number) => x.toLocaleString("en-US");
  if (shown === all && !more) return text(all);
  return `${text(shown)} of ${text(all)}${more ? " or more" : ""}`;
}
