import type { ReplayReport } from '../../../local-api/contract/index.ts';
import { lossOf } from './ground-truth.ts';

export type ReplayedRow = ReplayReport['differences'][number];

type Tally = Omit<ReplayReport, 'endpoint' | 'model' | 'version' | 'requests' | 'skipped'>;

const shownDifferences = 200;
const shownLabels = 100;
/** Relative to the size of the value before: less is rounding. */
const tolerance = 1e-6;

/** Sums up what a replay found. Of the differences, only the largest or the first are kept; of each request, its times. */
export function createReplayTally(isClassification: boolean) {
  const labels = new Map<string, { before: string; after: string; rows: number }>();
  const times: { before: number[]; after: number[] } = { before: [], after: [] };
  const loss = { truths: 0, before: 0, after: 0 };
  const sums = { rows: 0, changed: 0, finite: 0, difference: 0, largest: 0 };
  let kept: { row: ReplayedRow; size: number }[] = [];

  const keep = (row: ReplayedRow, size: number): void => {
    sums.changed += 1;
    if (isClassification && kept.length >= shownDifferences) return;
    kept.push({ row, size });
    if (kept.length >= 4 * shownDifferences) kept = largestOf(kept);
  };
  const addLabel = (before: string, after: string): boolean => {
    const key = JSON.stringify([before, after]);
    const pair = labels.get(key) ?? { before, after, rows: 0 };
    pair.rows += 1;
    labels.set(key, pair);
    return before !== after;
  };

  return {
    addTime(before: number, after: number): void {
      times.before.push(before);
      times.after.push(after);
    },
    addRow(row: ReplayedRow): void {
      const { before, after, truth } = row;
      sums.rows += 1;
      if (typeof before === 'string') {
        if (addLabel(before, String(after))) keep(row, 0);
      } else {
        const difference = Number(after) - before;
        if (Number.isFinite(difference)) {
          sums.finite += 1;
          sums.difference += difference;
          sums.largest = Math.max(sums.largest, Math.abs(difference));
          if (Math.abs(difference) > tolerance * Math.max(1, Math.abs(before)))
            keep(row, Math.abs(difference));
        } else if (!Object.is(before, after)) keep(row, Number.POSITIVE_INFINITY);
      }
      if (truth === null) return;
      const [lossBefore, lossAfter] = [lossOf(before, truth), lossOf(after, truth)];
      if (lossBefore === null || lossAfter === null) return;
      loss.truths += 1;
      loss.before += lossBefore;
      loss.after += lossAfter;
    },
    read(): Tally {
      return {
        rows: sums.rows,
        changed: sums.changed,
        meanDifference: sums.finite === 0 ? null : sums.difference / sums.finite,
        maxDifference: sums.finite === 0 ? null : sums.largest,
        labels: [...labels.values()].sort((a, b) => b.rows - a.rows).slice(0, shownLabels),
        quality:
          loss.truths === 0
            ? null
            : {
                truths: loss.truths,
                lossBefore: loss.before / loss.truths,
                lossAfter: loss.after / loss.truths,
              },
        milliseconds:
          times.before.length === 0 ? null : { before: timesOf(times.before), after: timesOf(times.after) },
        differences: (isClassification ? kept : largestOf(kept)).map(({ row }) => row),
      };
    },
  };
}

type Times = NonNullable<ReplayReport['milliseconds']>['before'];

/** Quantiles by nearest rank. */
function timesOf(milliseconds: readonly number[]): Times {
  const sorted = Float64Array.from(milliseconds).sort();
  const quantile = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length;
  return { mean, p50: quantile(0.5), p95: quantile(0.95) };
}

function largestOf<T extends { size: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => b.size - a.size).slice(0, shownDifferences);
}
