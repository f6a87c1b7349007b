// How fast the page is. Printed; what a machine can do is for nobody to fail.
//
// Tasks are read from the browser's own trace of what it measures as long, and
// memory after a full collection of garbage.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { CDPSession, Page } from "playwright-core";
import { TestBrowser } from "../support/browser";
import { Program } from "../support/program";
import { eventually, rowIds, text } from "../support/table";

const rows = 500;
const updatesPerSecond = 5000;
const seconds = Number(process.env.LIVEGRID_SPEED_SECONDS ?? 30);
const batchesPerSecond = 100;

const browser = new TestBrowser();
let program: Program;

beforeAll(async () => {
  await browser.start();
  program = await Program.start();
  await program.post(Array.from({ length: rows }, (_, i) => tick(i, 100)));
});

afterAll(async () => {
  await browser.stop();
  await program.stop();
});

const tick = (i: number, price: number) => ({
  symbol: `S${String(i).padStart(3, "0")}`, price, prev_close: 100,
  volume: 1_000_000 + i,
});

interface Measured {
  longTasks: { at: number; took: number }[];
  firstRows: number;
}

/** Notes long tasks, and when the first rows were painted. */
function watch(): void {
  const x: Measured = { longTasks: [], firstRows: 0 };
  (window as unknown as { measured: Measured }).measured = x;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries())
      x.longTasks.push({ at: each.startTime, took: each.duration });
  }).observe({ type: "longtask", buffered: true });
  const seen = new MutationObserver(() => {
    if (!document.querySelector(".ag-row .lg-cell")) return;
    seen.disconnect();
    requestAnimationFrame(() => {
      x.firstRows = performance.now();
    });
  });
  seen.observe(document, { childList: true, subtree: true });
}

const measured = (page: Page) => page.evaluate(() =>
  (window as unknown as { measured: Measured }).measured);

interface Heap {
  size: number;
  /** When the collection for it began and ended, on the page's clock. */
  from: number;
  to: number;
}

async function heap(page: Page, session: CDPSession): Promise<Heap> {
  const now = () => page.evaluate(() => performance.now());
  const from = await now();
  await session.send("HeapProfiler.collectGarbage");
  const to = await now();
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return { size: usedSize, from, to };
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

it("first rows", async () => {
  const times: number[] = [];
  for (let i = 0; i < 5; ++i) {
    const { page } = await browser.open("about:blank");
    const session = await page.context().newCDPSession(page);
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await page.addInitScript(watch);
    await page.goto(`${program.url}/?p.symbol=*`);
    await eventually(async () => (await measured(page)).firstRows > 0, true);
    times.push((await measured(page)).firstRows);
    await page.close();
  }
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  console.log(`page: first rows of ${rows} painted after ${sorted[2]} ms`,
    `(median of 5 loads without cache: ${sorted.join(", ")})`);
});

it("a flood of updates", async () => {
  const { page, complaints } = await browser.open("about:blank");
  const session = await page.context().newCDPSession(page);
  await page.addInitScript(watch);
  await page.goto(`${program.url}/?p.symbol=*&sort=price:desc`);
  await eventually(() => text(page.locator("#rows")),
    (await rowCount()).toString());
  const updates = () => page.evaluate(() =>
    Number(document.getElementById("rate")?.textContent?.replace(",", "")));

  const flood = publisher();
  // What happens while the page warms up is not what happens all day.
  await eventually(async () => (await updates()) > updatesPerSecond / 2, true);
  const before = await measured(page);
  const heaps: Heap[] = [];
  const start = performance.now();
  const rates: number[] = [];
  let frames = 0;
  while (performance.now() - start < seconds * 1000) {
    // One frame after another: how many there are is a figure too.
    await page.evaluate(() => new Promise((done) => {
      let left = 30;
      const next = () => (--left > 0 ? requestAnimationFrame(next) : done(0));
      requestAnimationFrame(next);
    }));
    frames += 30;
    rates.push(await updates());
    if ((performance.now() - start) / (seconds * 1000) >= heaps.length / 6)
      heaps.push(await heap(page, session));
  }
  const took = (performance.now() - start) / 1000;
  const after = await measured(page);
  const posted = await flood.stop();
  heaps.push(await heap(page, session));
  const rate = rates.reduce((a, b) => a + b, 0) / rates.length;
  // Collecting all garbage at once is our doing, and a task of its own.
  const long = after.longTasks.slice(before.longTasks.length)
    .filter(({ at, took: ms }) =>
      !heaps.some((x) => at < x.to && at + ms > x.from))
    .map((x) => x.took);
  console.log([
    `page: ${rows} rows for ${took.toFixed(0)} s, posted ${posted} updates`,
    `received ${Math.round(rate)} rows/s`,
    `${(frames / took).toFixed(0)} frames/s`,
    `conflated in all ${await text(page.locator("#conflated"))}`,
    `age p50 · p99 ${await text(page.locator("#age"))}`,
    `tasks over 50 ms: ${long.length}`
      + (long.length ? ` (longest ${Math.max(...long)} ms)` : ""),
    `heap after collection: ${heaps.map((x) => mb(x.size)).join(", ")}`,
  ].join("\n  "));
  expect((await rowIds(page)).length).toBeGreaterThan(10);
  expect(complaints).toEqual([]);
}, 120_000);

async function rowCount(): Promise<number> {
  const response = await fetch(`${program.url}/live_grid_data?symbol=*`);
  return ((await response.json()) as unknown[]).length;
}

/** Posts at the wanted rate until stopped. */
function publisher() {
  let running = true;
  let posted = 0;
  const size = updatesPerSecond / batchesPerSecond;
  const run = async () => {
    const start = performance.now();
    for (let batch = 0; running; ++batch) {
      await program.post(Array.from({ length: size }, () => {
        const i = Math.floor(Math.random() * rows);
        return tick(i, Math.round((50 + Math.random() * 100) * 100) / 100);
      }));
      posted += size;
      const due = start + ((batch + 1) * 1000) / batchesPerSecond;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    }
  };
  const done = run();
  return {
    stop: async () => {
      running = false;
      await done;
      return posted;
    },
  };
}
