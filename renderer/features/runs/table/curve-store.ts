import type { MetricSeries, RealNumber } from '../../../../local-api/contract/index.ts';

/** A small curve: values in the order of their steps; what is no number is a gap. */
export type SmallCurve = readonly (number | null)[];

type Read = (runIds: string[], keys: string[]) => Promise<readonly MetricSeries[]>;
type Timer = (run: () => void, ms: number) => () => void;

const GATHER_MS = 30;
const GATHER_LIVE_MS = 500;
const RUNS_PER_REQUEST = 200;
const KEPT = 20_000;

/**
 * Curves for the cells in sight: what cells ask for within a moment is read in one request, kept, and read again when points
 * are logged. A cell that left the page before its turn is not read.
 */
export class CurveStore {
  #read: Read;
  #timer: Timer;
  #curves = new Map<string, SmallCurve>();
  #watchers = new Map<string, Set<() => void>>();
  #wanted = new Set<string>();
  #stale = new Set<string>();
  #stopGathering: (() => void) | null = null;
  #stopLive: (() => void) | null = null;

  constructor(read: Read, timer: Timer) {
    this.#read = read;
    this.#timer = timer;
  }

  get(runId: string, key: string): SmallCurve | undefined {
    return this.#curves.get(idOf(runId, key));
  }

  /** Wants a curve for as long as the returned function was not called; `onChange` tells that it came or changed. */
  watch(runId: string, key: string, onChange: () => void): () => void {
    const id = idOf(runId, key);
    const watchers = this.#watchers.get(id) ?? new Set();
    watchers.add(onChange);
    this.#watchers.set(id, watchers);
    if (!this.#curves.has(id)) this.#want(id);
    return () => {
      watchers.delete(onChange);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  /** Points were logged: curves in sight are read again soon, the others when they are wanted. */
  touch(runId: string, keys: readonly string[]): void {
    for (const key of keys) {
      const id = idOf(runId, key);
      if (this.#watchers.has(id)) this.#stale.add(id);
      else this.#curves.delete(id);
    }
    if (this.#stale.size === 0 || this.#stopLive) return;
    this.#stopLive = this.#timer(() => {
      this.#stopLive = null;
      const ids = [...this.#stale];
      this.#stale.clear();
      void this.#load(ids);
    }, GATHER_LIVE_MS);
  }

  #want(id: string): void {
    this.#wanted.add(id);
    this.#stopGathering ??= this.#timer(() => {
      this.#stopGathering = null;
      const ids = [...this.#wanted];
      this.#wanted.clear();
      void this.#load(ids);
    }, GATHER_MS);
  }

  async #load(ids: readonly string[]): Promise<void> {
    const inSight = ids.filter((id) => this.#watchers.has(id)).map(partsOf);
    const keys = [...new Set(inSight.map(({ key }) => key))];
    const runIds = [...new Set(inSight.map(({ runId }) => runId))];
    for (let at = 0; at < runIds.length; at += RUNS_PER_REQUEST) {
      const some = runIds.slice(at, at + RUNS_PER_REQUEST);
      // A curve that cannot be read leaves its cell with the value alone.
      const series = await this.#read(some, keys).catch(() => []);
      const found = new Map(series.map((each) => [idOf(each.runId, each.key), each.values.map(numberOrGap)]));
      for (const runId of some) {
        for (const key of keys) this.#keep(idOf(runId, key), found.get(idOf(runId, key)) ?? []);
      }
    }
  }

  #keep(id: string, curve: SmallCurve): void {
    this.#curves.delete(id);
    this.#curves.set(id, curve);
    for (const oldest of this.#curves.keys()) {
      if (this.#curves.size <= KEPT) break;
      if (!this.#watchers.has(oldest)) this.#curves.delete(oldest);
      else break;
    }
    for (const onChange of this.#watchers.get(id) ?? []) onChange();
  }
}

const idOf = (runId: string, key: string): string => `${runId} ${key}`;

function partsOf(id: string): { runId: string; key: string } {
  const space = id.indexOf(' ');
  return { runId: id.slice(0, space), key: id.slice(space + 1) };
}

const numberOrGap = (value: RealNumber): number | null => (typeof value === 'number' ? value : null);

/**
 * The path of a curve in a box, in SVG's words: x evenly spaced, y from the lowest to the highest value. Gaps break the line.
 * Empty when there are fewer than two numbers.
 */
export function curvePath(curve: SmallCurve, width: number, height: number): string {
  const numbers = curve.filter((value) => value !== null);
  if (numbers.length < 2) return '';
  const low = Math.min(...numbers);
  const range = Math.max(...numbers) - low;
  const stepX = width / (curve.length - 1);
  let path = '';
  let isDown = false;
  curve.forEach((value, index) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const y = range === 0 ? height / 2 : height - ((value - low) / range) * height;
    path += `${isDown ? 'L' : 'M'}${(index * stepX).toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  });
  return path;
}
