import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Spaced } from "../../../http/page/src/feed/spaced";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function counted() {
  const act = vi.fn();
  return { act, x: new Spaced(2000, act) };
}

it("is done at once, and after many wishes once more", () => {
  const { act, x } = counted();
  x.wish();
  expect(act).toHaveBeenCalledTimes(1);
  for (let i = 0; i < 36; ++i) {
    vi.advanceTimersByTime(50);
    x.wish();
  }
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(200);
  expect(act).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(60_000);
  expect(act).toHaveBeenCalledTimes(2);
  x.wish();
  expect(act).toHaveBeenCalledTimes(3);
});

it("is not done any more once it is given up", () => {
  const { act, x } = counted();
  x.wish();
  x.wish();
  x.cancel();
  vi.advanceTimersByTime(60_000);
  expect(act).toHaveBeenCalledTimes(1);
});
