// The page of a node that wants a key.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestBrowser } from "../support/browser";
import { Program } from "../support/program";
import { connection, eventually, rowIds, text, value } from "../support/table";

const folder = mkdtempSync(join(tmpdir(), "livegrid-keys-"));
const keys = `--access.keys-file=${join(folder, "keys.json")}`;
const browser = new TestBrowser();
let program: Program;

function add(name: string, ...options: string[]): string {
  const { status, stdout } = spawnSync(
    process.env.LIVEGRID_PROGRAM ?? "",
    ["key", "add", name, ...options, keys],
    { encoding: "utf8" },
  );
  expect(status).toBe(0);
  return stdout.trimEnd().split("\n").at(-1) ?? "";
}

beforeAll(async () => {
  add("first", "--scopes=operate");
  program = await Program.start([keys]);
  await browser.start();
});

afterAll(async () => {
  await browser.stop();
  await program.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("shows what the key in its address may see, and hides the key", async () => {
  const secret = add("viewer", "--scopes=read", "--symbols=AAPL,MS*");
  const publisher = add("publisher", "--scopes=publish");
  await eventually(async () => {
    const { status } = await fetch(`${program.url}/ticks`, {
      method: "POST",
      headers: { "X-API-KEY": publisher },
      body: JSON.stringify({ symbol: "AAPL", price: 150 }),
    });
    return status;
  }, 200);
  const { page, complaints } = await browser.open(
    `${program.url}/?p.symbol=AAPL&p.symbol=MSFT&api_key=${secret}`);
  await eventually(() => connection(page), "live");
  await eventually(() => rowIds(page), ["AAPL", "MSFT"]);
  await eventually(() => text(value(page, "AAPL", "price")), "150");
  expect(page.url()).not.toContain(secret);
  await fetch(`${program.url}/ticks`, {
    method: "POST",
    headers: { "X-API-KEY": publisher },
    body: JSON.stringify({ symbol: "AAPL", price: 151.5 }),
  });
  await eventually(() => text(value(page, "AAPL", "price")), "151.5");
  // It stays so.
  await page.reload();
  await eventually(() => connection(page), "live");
  await eventually(() => text(value(page, "AAPL", "price")), "151.5");
  expect(complaints).toEqual([]);
});
