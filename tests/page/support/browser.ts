// Chromium, and pages in it that are watched for errors.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Watched {
  page: Page;
  /** What went to the console as an error or warning, and uncaught errors. */
  complaints: string[];
}

export class TestBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), "livegrid-page-"));
  #context!: BrowserContext;

  async start(): Promise<void> {
    this.#context = await chromium.launchPersistentContext(this.#folder, {
      executablePath,
      headless: true,
      args: flags,
      viewport: { width: 1280, height: 560 },
      permissions: ["clipboard-read", "clipboard-write"],
      acceptDownloads: true,
      colorScheme: "light",
      ignoreHTTPSErrors: true,
    });
  }

  async stop(): Promise<void> {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async open(url: string): Promise<Watched> {
    const page = await this.#context.newPage();
    page.setDefaultTimeout(20_000);
    const complaints: string[] = [];
    page.on("console", (x) => {
      if (x.type() === "error" || x.type() === "warning")
        complaints.push(x.text());
    });
    page.on("pageerror", (x) => complaints.push(String(x.stack)));
    await page.goto(url);
    return { page, complaints };
  }
}
