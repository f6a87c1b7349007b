// A WebSocket that comes back by itself.

import { backoff } from "./backoff";
import type { Connection } from "./connection";

/** An attempt that neither opens nor fails is given up after this. */
const dialTimeout = 10_000;

/** A link that has held this long does not count earlier failures. */
const steadyAfter = 5000;

export interface LinkEvents {
  opened(): void;
  state(x: Connection): void;
  /** A text message; null for a binary one. */
  text(x: string | null): void;
}

export class Link {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #openedAt = 0;
  #wasOpen = false;

  constructor(
    readonly url: string,
    readonly events: LinkEvents,
  ) {
    this.#dial();
  }

  /** Sends if the socket is open; if not, what is sent at its opening does. */
  send(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Gives up a socket that looks open but is not. */
  drop(why: string): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#lost(why);
    socket.close();
  }

  retryNow(): void {
    if (this.#socket !== null) return;
    clearTimeout(this.#timer);
    this.#dial();
  }

  close(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #dial(): void {
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    this.events.state(
      this.#failures === 0 && !this.#wasOpen
        ? { is: "connecting" }
        : { is: "down", why: "connecting again", retryAt: null },
    );
    const mine = () => this.#socket === socket;
    this.#timer = setTimeout(() => {
      if (mine()) this.#lost("the server does not answer");
      socket.close();
    }, dialTimeout);
    socket.onopen = () => {
      if (!mine()) return;
      clearTimeout(this.#timer);
      this.#wasOpen = true;
      this.#openedAt = performance.now();
      this.events.state({ is: "live" });
      this.events.opened();
    };
    socket.onmessage = (x: MessageEvent<unknown>) => {
      if (mine()) this.events.text(typeof x.data === "string" ? x.data : null);
    };
    socket.onclose = (x) => {
      if (mine()) this.#lost(reason(x.code));
    };
  }

  #lost(why: string): void {
    clearTimeout(this.#timer);
    const held = performance.now() - this.#openedAt;
    if (this.#openedAt > 0 && held >= steadyAfter) this.#failures = 0;
    this.#openedAt = 0;
    this.#socket = null;
    const delay = backoff(this.#failures++, Math.random());
    this.#timer = setTimeout(() => this.#dial(), delay);
    this.events.state({
      is: "down",
      why,
      retryAt: performance.now() + delay,
    });
  }
}

function reason(code: number): string {
  switch (code) {
    case 1001:
      return "the server is going down";
    case 1006:
      return "the server cannot be reached";
    case 1008:
      return "the server has closed: this page took too long to read";
    case 1011:
      return "the server has closed after a fault";
    default:
      return `the server has closed (${code})`;
  }
}
