// The rows of a widget as the server last sent them, and which of their cells
// have changed since they were last painted.

import { isObject, mapOf, own } from "../contract/json";
import type { Row } from "../contract/types";
import { Pulse } from "./pulse";

/** Rows kept in append mode: what a day-long tape may hold in memory. */
export const maxAppended = 10_000;

/** Rows that may join those of one GET for all symbols. */
export const maxJoined = 10_000;

/** Keys that are kept of rows that are not here, to count each once. */
export const maxBeyond = 100_000;

export interface StoredRow {
  readonly key: string;
  cells: Row;
  readonly pulse: Pulse;
  /** Whether the node has invented its prices. */
  simulated: boolean;
}

/** The cell that says where a row's prices come from. */
export const sourceField = "source";

const simulator = "simulator";

export interface StoreCounters {
  /** Row updates taken. */
  updates: number;
  /** Updates whose place a newer one took before they were painted. */
  conflated: number;
  /** Rows of no row in the table, or that are no rows at all. */
  dropped: number;
}

export class RowStore {
  readonly counters: StoreCounters = { updates: 0, conflated: 0, dropped: 0 };
  readonly rows = new Map<string, StoredRow>();
  #changed = new Map<string, Set<string>>();
  #appended: StoredRow[] = [];
  #appendedKeys = 0;
  #outdated = false;
  #total: number | null = null;
  /** How many rows of new symbols may still join. */
  #room = 0;
  /** The keys of rows that only the WebSocket has brought. */
  #beyond = new Set<string>();
  /** Whether there was one more of these than are kept. */
  #overflown = false;
  /** What came since the GET was sent that will replace the rows. */
  #since: Map<string, Row> | null = null;

  /**
   * @param rowId columns that make the key; none is append mode.
   * @param live fields that a WebSocket row may change.
   * @param keepsSource whether the widget shows the cell of that name itself,
   *   which the page asks for in any case.
   */
  constructor(
    readonly rowId: readonly string[],
    readonly live: readonly string[],
    readonly keepsSource = false,
  ) {}

  get appends(): boolean {
    return this.rowId.length === 0;
  }

  /** How many rows there are, the node's that are not here among them. */
  get total(): number {
    return Math.max(this.#total ?? 0, this.rows.size + this.#beyond.size);
  }

  /** Whether there may be more than `total`. */
  get mayBeMore(): boolean {
    return this.#overflown;
  }

  /** The WebSocket is lost; the next one tells of all rows anew. */
  forgetBeyond(): void {
    this.#beyond.clear();
    this.#overflown = false;
  }

  /**
   * A GET is on its way. What the WebSocket brings from now on may be newer
   * than the GET's rows, or be of rows that only it brings.
   */
  expectRows(): void {
    this.#since = new Map();
  }

  /** The GET failed: the rows stay. */
  keepRows(): void {
    this.#since = null;
  }

  /**
   * Takes the rows of a GET in place of all there are.
   *
   * @param total how many symbols the node has, where all are asked for. Then
   *   symbols to come are asked for as well, and their rows join these; where
   *   these are only the first ones, no other joins: it is counted.
   */
  replace(
    rows: readonly unknown[],
    now: number,
    total: number | null = null,
  ): void {
    this.#total = total;
    const areAll = total !== null && total <= rows.length;
    this.#room = areAll ? maxJoined : 0;
    if (total === null || areAll) this.forgetBeyond();
    this.#outdated = false;
    const before = new Map(this.rows);
    this.rows.clear();
    this.#changed.clear();
    this.#appended = [];
    for (const cells of rows) {
      if (!isObject(cells)) continue;
      const key = this.#keyFor(cells);
      // How often a row moves is known from before; that it came is new.
      const pulse = before.get(key)?.pulse ?? new Pulse();
      pulse.seen(now);
      this.rows.set(key, this.#stored(key, mapOf(cells), pulse));
      this.#beyond.delete(key);
    }
    const since = this.#since;
    this.#since = null;
    for (const [key, cells] of since ?? []) {
      const row = this.rows.get(key);
      if (row) this.#copy(cells, row);
      else if (this.appends) this.#append(cells, now);
      else if (!this.#join(key, cells, now)) this.#count(key, cells);
    }
    // They are painted with all the others.
    this.#changed.clear();
    this.#appended = [];
  }

  /** Takes one parsed WebSocket message: a row or an array of rows. */
  take(message: unknown, now: number): void {
    const rows = Array.isArray(message) ? message : [message];
    for (const row of rows) {
      if (!isObject(row)) ++this.counters.dropped;
      else if (this.appends) this.#append(row, now);
      else this.#merge(row, now);
    }
  }

  /** The rows whose cells changed, and which; they count as painted. */
  takeChanged(): Map<string, Set<string>> {
    const result = this.#changed;
    this.#changed = new Map();
    return result;
  }

  /** The rows appended or joined since the last call; they count as painted. */
  takeAppended(): StoredRow[] {
    const result = this.#appended;
    this.#appended = [];
    return result;
  }

  /**
   * Whether since the last call a row has become real. Then those of its cells
   * that are not live still show what was invented, until they are asked for.
   */
  takeOutdated(): boolean {
    const result = this.#outdated;
    this.#outdated = false;
    return result;
  }

  /** Rows that wait to be painted. */
  get waiting(): number {
    return this.#changed.size + this.#appended.length;
  }

  #keyFor(cells: Row): string {
    return this.appends
      ? `#${this.#appendedKeys++}`
      : rowKey(cells, this.rowId);
  }

  /** Notes whether a row is simulated, and hides the cell that says so. */
  #stored(key: string, cells: Row, pulse: Pulse): StoredRow {
    const simulated = own(cells, sourceField) === simulator;
    if (!this.keepsSource) delete cells[sourceField];
    return { key, cells, pulse, simulated };
  }

  #merge(from: Row, now: number): void {
    const key = rowKey(from, this.rowId);
    if (this.#since)
      this.#since.set(key, { ...this.#since.get(key), ...from });
    const row = this.rows.get(key);
    if (!row) {
      if (this.#join(key, from, now)) return;
      this.#count(key, from);
      ++this.counters.dropped;
      return;
    }
    ++this.counters.updates;
    if (this.#changed.has(key)) ++this.counters.conflated;
    row.pulse.beat(now);
    this.#copy(from, row);
  }

  /**
   * Adds the row of a symbol that is new, where all are asked for. What is no
   * row, such as an error, has no key.
   */
  #join(key: string, cells: Row, now: number): boolean {
    if (this.#room === 0 || !this.#isNamed(cells)) return false;
    --this.#room;
    const row = this.#stored(key, mapOf(cells), new Pulse());
    ++this.counters.updates;
    row.pulse.seen(now);
    this.rows.set(key, row);
    this.#appended.push(row);
    return true;
  }

  /** Counts the row of a symbol for which there is no room, once. */
  #count(key: string, cells: Row): void {
    if (this.#total === null || !this.#isNamed(cells)) return;
    if (this.#beyond.size < maxBeyond) this.#beyond.add(key);
    else if (!this.#beyond.has(key)) this.#overflown = true;
  }

  #isNamed(cells: Row): boolean {
    return !this.appends
      && this.rowId.every((x) => (own(cells, x) ?? null) !== null);
  }

  /** Copies live fields that both have; null is a value, undefined is none. */
  #copy(from: Row, to: StoredRow): void {
    if (Object.hasOwn(from, sourceField)) {
      const simulated = from[sourceField] === simulator;
      if (to.simulated && !simulated) this.#outdated = true;
      to.simulated = simulated;
    }
    let changed = this.#changed.get(to.key);
    for (const field of this.live) {
      const value = Object.hasOwn(from, field) ? from[field] : undefined;
      const before = to.cells[field];
      if (value === undefined || before === undefined) continue;
      if (Object.is(before, value)) continue;
      to.cells[field] = value;
      if (!changed) {
        changed = new Set();
        this.#changed.set(to.key, changed);
      }
      changed.add(field);
    }
  }

  #append(cells: Row, now: number): void {
    const row = this.#stored(
      this.#keyFor(cells), mapOf(cells), new Pulse());
    this.#since?.set(row.key, cells);
    ++this.counters.updates;
    row.pulse.seen(now);
    this.rows.set(row.key, row);
    this.#appended.push(row);
    if (this.rows.size <= maxAppended) return;
    const oldest = this.rows.keys().next().value as string;
    this.rows.delete(oldest);
    // It may not even have been painted.
    if (this.#appended[0]?.key === oldest) {
      this.#appended.shift();
      ++this.counters.conflated;
    }
  }
}

/** A row's key: its key columns' values, joined by dashes. */
export function rowKey(row: Row, rowId: readonly string[]): string {
  return rowId.map((x) => own(row, x)).join("-");
}
