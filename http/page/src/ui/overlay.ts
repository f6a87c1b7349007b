// What stands in place of rows when there are none.

import type { View } from "../view";

export function overlayText(view: View): string {
  if (view.asksForNothing) return "Nothing is chosen.";
  if (view.store.rows.size > 0) return "";
  switch (view.rows.are) {
    case "loading":
      return "Loading rows …";
    case "failed":
      return `No rows: ${view.rows.why}`;
    case "ready":
      return view.store.appends ? "Waiting for rows …" : "No rows.";
  }
}
