// A backend that does as it is told: it serves the page's files and whatever
// widgets, rows and messages a test gives it, the bad ones too.

import { readFileSync } from "node:fs";
import {
  createServer, type IncomingMessage, type Server, type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; "
  + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
  + "form-action 'none'; frame-ancestors 'none'";

const types: Record<string, string> = {
  css: "text/css", html: "text/html", js: "text/javascript",
  svg: "image/svg+xml",
};

export interface Answer {
  status?: number;
  body: string;
}

export class FakeBackend {
  /** What clients have sent on their sockets, parsed. */
  readonly received: unknown[] = [];
  /** How many sockets were opened. */
  opened = 0;
  /** The queries of the GETs for rows. */
  readonly asked: string[] = [];
  /** What X-Total-Rows says; null for no such header. */
  total: number | null = null;
  #server: Server;
  #sockets = new Set<WebSocket>();
  #held: Promise<void> | null = null;

  /** @param rows answers a GET for rows, with its query. */
  constructor(
    public widget: Record<string, unknown>,
    public rows: (query: URLSearchParams) => unknown,
  ) {
    this.#server = createServer((x, to) => this.#answer(x, to));
    const sockets = new WebSocketServer({ server: this.#server });
    sockets.on("connection", (x) => {
      ++this.opened;
      this.#sockets.add(x);
      x.on("message", (data) => this.received.push(JSON.parse(String(data))));
      x.on("close", () => this.#sockets.delete(x));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((done) =>
      this.#server.listen(0, "127.0.0.1", done));
  }

  async stop(): Promise<void> {
    for (const x of this.#sockets) x.terminate();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sends to all clients: text and bytes as they are, the rest as JSON. */
  send(message: unknown): void {
    const raw = typeof message === "string" || Buffer.isBuffer(message);
    for (const x of this.#sockets)
      x.send(raw ? message : JSON.stringify(message));
  }

  /** Answers no GET for rows until what it returns is called. */
  hold(): () => Promise<void> {
    let release = () => {};
    this.#held = new Promise((done) => {
      release = done;
    });
    return async () => {
      this.#held = null;
      release();
      await new Promise((resolve) => setTimeout(resolve));
    };
  }

  /** Closes all sockets. */
  hangUp(code = 1011): void {
    for (const x of this.#sockets) x.close(code);
  }

  #answer(request: IncomingMessage, to: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
    if (pathname === "/") return this.#file("index.html", to);
    if (pathname.startsWith("/assets/")) return this.#file(pathname, to);
    if (pathname === "/widgets.json") return json(to, { fake: this.widget });
    if (pathname === "/rows") {
      this.asked.push(searchParams.toString());
      if (!this.#held) return this.#giveRows(searchParams, to);
      void this.#held.then(() => this.#giveRows(searchParams, to));
      return;
    }
    text(to, { status: 404, body: "not here" });
  }

  #giveRows(query: URLSearchParams, to: ServerResponse): void {
    const rows = this.rows(query);
    if (isAnswer(rows)) return text(to, rows);
    if (this.total !== null) to.setHeader("X-Total-Rows", String(this.total));
    json(to, rows);
  }

  #file(path: string, to: ServerResponse): void {
    const folder = process.env.LIVEGRID_PAGE_FILES;
    if (!folder) throw new Error("LIVEGRID_PAGE_FILES does not say where");
    const type = types[path.split(".").at(-1) ?? ""] ?? "";
    to.writeHead(200, {
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Security-Policy": policy,
    });
    to.end(readFileSync(join(folder, path)));
  }
}

function isAnswer(x: unknown): x is Answer {
  return typeof x === "object" && x !== null && !Array.isArray(x)
    && typeof (x as Answer).body === "string";
}

function json(to: ServerResponse, x: unknown): void {
  text(to, { body: JSON.stringify(x) });
}

function text(to: ServerResponse, { status = 200, body }: Answer): void {
  to.writeHead(status, { "Content-Type": "application/json" });
  to.end(body);
}

/** A live_grid widget at /rows and /ws. */
export function fakeWidget(
  columns: Record<string, unknown>[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    name: "Fake", description: "A fake", type: "live_grid",
    endpoint: "rows", wsEndpoint: "ws",
    data: { wsRowIdColumn: "symbol", table: { columnsDefs: columns } },
    ...more,
  };
}
