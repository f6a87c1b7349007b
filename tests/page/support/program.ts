// The real program, started for a test.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export class Program {
  readonly #process: ChildProcess;
  #port = 0;
  #scheme = "";

  private constructor(args: string[]) {
    const path = process.env.LIVEGRID_PROGRAM;
    if (!path) throw new Error("LIVEGRID_PROGRAM does not say what to test");
    this.#process = spawn(path, args, { stdio: ["ignore", "pipe", "ignore"] });
  }

  /** Starts it without a feed; port 0 is a free one. */
  static async start(args: string[] = [], port = 0): Promise<Program> {
    const result = new Program([
      `--http.port=${port}`, "--console.port=0", "--market.feed=none",
      // The symbols of OpenBB's example, at rest.
      `--market.symbols-file=${process.env.LIVEGRID_SOURCE}/tests/support/example_symbols.json`,
      ...args,
    ]);
    await result.#listening();
    return result;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  async post(ticks: unknown): Promise<void> {
    const response = await fetch(`${this.url}/ticks`, {
      method: "POST",
      body: JSON.stringify(ticks),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  async subscribers(): Promise<number> {
    const response = await fetch(`${this.url}/health`);
    return ((await response.json()) as { subscribers: number }).subscribers;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode) return;
    const ended = once(this.#process, "exit");
    this.#process.kill(signal);
    await ended;
  }

  async #listening(): Promise<void> {
    const out = this.#process.stdout;
    if (!out) throw new Error("no standard output");
    for await (const line of createInterface(out)) {
      const [, scheme, port] =
        /(https?):\/\/127\.0\.0\.1:(\d+)/.exec(line) ?? [];
      this.#scheme = scheme ?? "";
      this.#port = Number(port);
      if (this.#port) return;
    }
    throw new Error("the program did not start");
  }
}
