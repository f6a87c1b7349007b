// The page of a node that speaks TLS.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestBrowser } from "../support/browser";
import { Program } from "../support/program";
import { connection, eventually, rowIds, text, value } from "../support/table";

const folder = mkdtempSync(join(tmpdir(), "livegrid-https-"));
const cert = join(folder, "cert.pem");
const key = join(folder, "key.pem");
const browser = new TestBrowser();
let program: Program;

beforeAll(async () => {
  const made = spawnSync("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
    "-keyout", key, "-out", cert,
  ]);
  expect(made.status).toBe(0);
  program = await Program.start(
    [`--http.tls-cert=${cert}`, `--http.tls-key=${key}`]);
  await browser.start();
});

afterAll(async () => {
  await browser.stop();
  await program.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("is live by wss, and publishes from its own page", async () => {
  const { page, complaints } = await browser.open(
    `${program.url}/?p.symbol=AAPL&p.symbol=MSFT`);
  await eventually(() => connection(page), "live");
  await eventually(() => rowIds(page), ["AAPL", "MSFT"]);
  // The node's own origin is that of HTTPS.
  const publish = (price: number): Promise<number> =>
    page.evaluate(async (x) => {
      const { status } = await fetch("/ticks", {
        method: "POST", body: JSON.stringify({ symbol: "AAPL", price: x }),
      });
      return status;
    }, price);
  for (const price of [150, 151.5]) {
    expect(await publish(price)).toBe(200);
    await eventually(() => text(value(page, "AAPL", "price")), String(price));
  }
  expect(page.url()).toMatch(/^https:/);
  expect(complaints).toEqual([]);
});
