// One widget's rows: GET for the first, WebSocket for the rest, and again
// whenever the link was lost, so that nothing on the page stays stale.

import {
  allFalsy, asksForNothing, type ParamValues,
} from "../contract/params";
import type { Widget } from "../contract/types";
import { batchedSocketUrl, rowsUrl, sourcedUrl } from "../contract/urls";
import { backoff } from "./backoff";
import type { Connection } from "./connection";
import { getRows, RowsError } from "./get_rows";
import { Link } from "./link";

/** How long a silence on an open link is taken for one, in milliseconds. */
const checkEvery = 20_000;
const checkTimeout = 5000;

export interface FeedEvents {
  /**
   * A GET is sent; `rows` or `rowsFailed` follows, or another `loading`. A
   * routine one brings nothing that the WebSocket would not have brought.
   */
  loading(routine: boolean): void;
  /** `total` says how many there are, where all symbols are asked for. */
  rows(rows: unknown[], total: number | null): void;
  rowsFailed(why: string, routine: boolean): void;
  message(message: unknown): void;
  unreadable(): void;
  connection(x: Connection): void;
}

export class Feed {
  #link: Link | null = null;
  #values: ParamValues = {};
  #request: AbortController | null = null;
  #failures = 0;
  /** Whether the rows shown are those asked for, with no gap since. */
  #settled = false;
  #heard = 0;
  #refetch: ReturnType<typeof setInterval> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    readonly widget: Widget,
    readonly base: string,
    readonly events: FeedEvents,
  ) {}

  start(values: ParamValues): void {
    this.#values = values;
    const every = this.widget.refetchInterval;
    if (every !== null)
      this.#refetch = setInterval(() => this.load(this.#settled), every);
    this.#watch = setInterval(() => void this.check(), checkEvery);
    this.load();
    this.#dial();
  }

  /** Other parameters: the same socket with another set, and their rows. */
  change(values: ParamValues, refetch = true): void {
    this.#values = values;
    if (allFalsy(values)) this.#hangUp();
    else if (this.#link) this.#link.send(this.#params());
    else this.#dial();
    if (refetch) this.load();
  }

  /** Asks for the rows, giving up on what was asked before. */
  load(routine = false): void {
    clearTimeout(this.#retry);
    this.#request?.abort();
    this.#settled = routine;
    this.events.loading(routine);
    if (asksForNothing(this.#values)) {
      this.events.rows([], null);
      return;
    }
    const request = new AbortController();
    this.#request = request;
    const url = sourcedUrl(
      rowsUrl(this.widget.endpoint, this.base, this.#values));
    getRows(url, request.signal).then(
      ({ rows, total }) => {
        if (request.signal.aborted) return;
        this.#failures = 0;
        this.#settled = true;
        this.events.rows(rows, total);
      },
      (error: unknown) => {
        if (request.signal.aborted) return;
        this.events.rowsFailed(
          error instanceof RowsError ? error.message : String(error),
          routine,
        );
        this.#retry = setTimeout(
          () => this.load(routine && this.#settled),
          backoff(++this.#failures, Math.random()),
        );
      },
    );
  }

  /** Now rather than when it is due: the network is back, or the user asks. */
  retryNow(): void {
    this.#link?.retryNow();
  }

  /**
   * A link whose other end has vanished looks like one without news: a page
   * sees no pings. So after a silence any answer of the server's will do.
   */
  async check(): Promise<void> {
    const link = this.#link;
    if (!link?.isOpen || performance.now() - this.#heard < checkEvery) return;
    try {
      await fetch(`${this.base}/ready?alive`, {
        cache: "no-store",
        signal: AbortSignal.timeout(checkTimeout),
      });
      this.#heard = performance.now();
    } catch {
      if (this.#link === link) link.drop("the server does not answer");
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#refetch);
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#request?.abort();
    this.#hangUp();
  }

  #params(): string {
    return JSON.stringify({ type: "params", params: this.#values });
  }

  #dial(): void {
    if (this.widget.wsEndpoint === undefined || allFalsy(this.#values)) {
      this.events.connection({ is: "off" });
      return;
    }
    let first = true;
    const url = sourcedUrl(
      batchedSocketUrl(this.widget.wsEndpoint, this.base));
    this.#link = new Link(url, {
      opened: () => {
        this.#heard = performance.now();
        this.#link?.send(this.#params());
        // What was missed is in the rows of a GET sent after subscribing.
        if (!first) this.load();
        first = false;
      },
      state: (x) => {
        if (x.is === "down") this.#settled = false;
        if (!this.#closed) this.events.connection(x);
      },
      text: (x) => this.#read(x),
    });
  }

  #hangUp(): void {
    this.#link?.close();
    this.#link = null;
    if (!this.#closed) this.events.connection({ is: "off" });
  }

  #read(text: string | null): void {
    this.#heard = performance.now();
    let message: unknown;
    try {
      if (text === null) throw new TypeError("a binary message");
      message = JSON.parse(text);
    } catch {
      this.events.unreadable();
      return;
    }
    this.events.message(message);
  }
}
