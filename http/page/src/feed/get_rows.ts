// The GET for a widget's rows.

import { isObject } from "../contract/json";

/** Workspace asks once more, a second later. */
const retryDelay = 1000;

/** Where the answer for all symbols says how many there are. */
const totalHeader = "X-Total-Rows";

export interface Rows {
  rows: unknown[];
  /** How many there are where all are asked for; null where they are not. */
  total: number | null;
}

export class RowsError extends Error {}

/** Asks for rows, a second time if the first fails; throws RowsError. */
export async function getRows(
  url: string,
  signal: AbortSignal,
): Promise<Rows> {
  try {
    return await getOnce(url, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    await pause(retryDelay, signal);
    return getOnce(url, signal);
  }
}

async function getOnce(url: string, signal: AbortSignal): Promise<Rows> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new RowsError("the server cannot be reached");
  }
  const body = await response.text();
  let json: unknown;
  let parsed = true;
  try {
    json = JSON.parse(body);
  } catch {
    parsed = false;
  }
  if (!response.ok || response.status === 204)
    throw new RowsError(
      parsed ? errorText(json) : response.statusText || `${response.status}`,
    );
  if (!Array.isArray(json)) throw new RowsError("the rows are no JSON array");
  return { rows: json, total: readTotal(response.headers.get(totalHeader)) };
}

function readTotal(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** What an error's body says, as Workspace reads it. */
export function errorText(json: unknown): string {
  const x = isObject(json)
    ? json.detail || json.message || json.error || json
    : json;
  return typeof x === "string" ? x : JSON.stringify(x);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
