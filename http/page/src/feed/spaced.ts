// What is done at most once in a while, however often it is wished.

export class Spaced {
  #last = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param every the least time from one to the next, in milliseconds. */
  constructor(
    readonly every: number,
    readonly act: () => void,
  ) {}

  /** Does it now, or once its time has come: no wish is left out. */
  wish(): void {
    if (this.#timer !== undefined) return;
    const left = this.#last + this.every - performance.now();
    if (left <= 0) this.#do();
    else this.#timer = setTimeout(() => this.#do(), left);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #do(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    this.act();
  }
}
