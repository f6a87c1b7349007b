// A browser and the real program, for the tests of one file.

import { afterAll, afterEach, beforeAll } from "vitest";
import { TestBrowser, type Watched } from "./browser";
import { Program } from "./program";
import { connection, eventually } from "./table";

/** Starts both before the tests, and closes each test's pages after it. */
export function programPages() {
  const browser = new TestBrowser();
  let program: Program;
  let watched: Watched[] = [];

  beforeAll(async () => {
    await browser.start();
    program = await Program.start();
  });

  afterAll(async () => {
    await browser.stop();
    await program.stop();
  });

  afterEach(async () => {
    for (const { page } of watched) await page.close();
    watched = [];
  });

  return {
    browser,

    /** The program, once the tests run. */
    program: () => program,

    /** Starts the program anew, once it has been stopped, at the same port. */
    async startAgain() {
      program = await Program.start([], program.port);
      return program;
    },

    /** Opens the page of the program and waits until it is live. */
    async open(query: string) {
      const x = await browser.open(`${program.url}/?${query}`);
      watched.push(x);
      await eventually(() => connection(x.page), "live");
      return x;
    },
  };
}
