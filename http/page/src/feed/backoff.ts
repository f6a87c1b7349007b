// How long to wait before the next attempt.

export const firstDelay = 500;
export const longestDelay = 15_000;

/**
 * Doubles from half a second to fifteen, of which chance takes up to a half:
 * a node that restarts is not met by all its pages at once.
 *
 * @param attempt how many have failed in a row, from 0.
 * @param chance from 0 to 1.
 */
export function backoff(attempt: number, chance: number): number {
  const most = Math.min(longestDelay, firstDelay * 2 ** attempt);
  return most * (1 - chance / 2);
}
