import { describe, expect, it } from "vitest";
import { Pulse } from "../../../http/page/src/rows/pulse";
import { quantile } from "../../../http/page/src/rows/quantile";
import {
  backoff, longestDelay,
} from "../../../http/page/src/feed/backoff";

function beating(every: number, times: number): Pulse {
  const result = new Pulse();
  result.seen(0);
  for (let i = 1; i <= times; ++i) result.beat(i * every);
  return result;
}

describe("a row's pulse", () => {
  it.each([
    ["fast, just moved", 100, 20, 100, false],
    ["fast, still for less than 3 s", 100, 20, 2900, false],
    ["fast, still for longer", 100, 20, 3100, true],
    ["slow, still for its usual gap", 5000, 5, 5000, false],
    ["slow, still for four gaps", 5000, 5, 20_100, true],
    ["seldom seen: not known", 100, 2, 60_000, false],
    ["never moved", 100, 0, 60_000, false],
  ])("%s", (_, every, times, wait, quiet) => {
    const x = beating(every, times);
    expect(x.isQuiet(every * times + wait)).toBe(quiet);
    expect(x.age(every * times + wait)).toBe(wait);
  });

  it("follows a gap that changes", () => {
    const x = beating(100, 10);
    for (let i = 1; i <= 30; ++i) x.beat(1000 + i * 2000);
    expect(x.usualGap).toBeGreaterThan(1900);
  });
});

it.each([
  [[], 0.5, null],
  [[7], 0.5, 7],
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2],
  [Array.from({ length: 100 }, (_, i) => i + 1), 0.99, 99],
  [[10, 20], 0.99, 20],
])("the quantile of %o at %f is %s", (values, share, result) => {
  expect(quantile(values, share)).toBe(result);
});

it.each([
  [0, 0, 500], [0, 1, 250], [1, 0, 1000], [3, 0.5, 3000],
  [5, 0, longestDelay], [100, 0, longestDelay], [100, 1, longestDelay / 2],
])("after %i failures, with chance %f: %i ms", (attempt, chance, delay) => {
  expect(backoff(attempt, chance)).toBe(delay);
});
