// How often one row moves, and whether it has gone quiet.

const weight = 0.2;
const leastBeats = 3;
const patience = 4;
const leastQuiet = 3000;

export class Pulse {
  /** When the row last came, in milliseconds of the page's clock. */
  last = 0;
  #gap = 0;
  #beats = 0;

  /** The row came by GET: its age starts anew, its gap is not known by it. */
  seen(now: number): void {
    this.last = now;
  }

  /** An update came. */
  beat(now: number): void {
    const gap = now - this.last;
    this.#gap += (this.#beats === 0 ? 1 : weight) * (gap - this.#gap);
    ++this.#beats;
    this.last = now;
  }

  /** The usual time between two updates; nothing before it is known. */
  get usualGap(): number | null {
    return this.#beats < leastBeats ? null : this.#gap;
  }

  age(now: number): number {
    return now - this.last;
  }

  /** Not moved for much longer than usual; a short wait is never quiet. */
  isQuiet(now: number): boolean {
    const gap = this.usualGap;
    return gap !== null && this.age(now) > Math.max(leastQuiet, patience * gap);
  }
}
