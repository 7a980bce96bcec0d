import type { GbdtTrainer } from '../../../../local-api/contract/index.ts';
import { sampleIndices, seededRandom } from '../../../statistics/index.ts';
import { createSorter } from './kernel/kernel.ts';

type SampleSettings = Pick<
  GbdtTrainer,
  'sampling' | 'rowSample' | 'topRows' | 'otherRows' | 'columnSample' | 'columnSampleByNode' | 'learningRate'
>;

export type RoundSample = {
  rows: Uint32Array;
  /** The rows that the trees of the round are not grown on; null: none. */
  others: Uint32Array | null;
  /** The columns that may split the next node; null: all. */
  columnsOfNode(): Uint8Array | null;
};

/**
 * Draws the rows and columns of each round, from the seed and the round alone. With `goss` (gradient-based one-side
 * sampling, Ke et al. 2017) the rows of largest gradients are kept, the others drawn, and the drawn ones' gradients and
 * hessians enlarged in place so that sums stay right; not in the first 1 / learningRate rounds, as LightGBM does.
 */
export function roundSampler(settings: SampleSettings, seed: number, n: number, width: number) {
  const all = new Uint32Array(n);
  for (let i = 0; i < n; i++) all[i] = i;
  const isGoss = settings.sampling === 'goss' && settings.topRows + settings.otherRows < 1;
  const goss = isGoss ? gossSampler(settings, seed, n) : null;
  return (round: number, gradients: Float32Array[], hessians: Float32Array[]): RoundSample => {
    const columnsOfNode = columnSampler(settings, seed, round, width);
    let rows: Uint32Array | null = null;
    if (goss) {
      if (round >= 1 / settings.learningRate) rows = goss(round, gradients, hessians);
    } else if (settings.sampling === 'uniform' && settings.rowSample < 1) {
      const count = Math.max(1, Math.round(n * settings.rowSample));
      rows = sampleIndices(n, count, seededRandom(seed, `gbdt/rows/${round}`));
    }
    return rows === null
      ? { rows: all, others: null, columnsOfNode }
      : { rows, others: complement(rows, n), columnsOfNode };
  };
}

/** True when a round without a split may be followed by one with, because it draws anew. */
export function drawsAnew(settings: SampleSettings): boolean {
  return (
    settings.sampling === 'goss' ||
    settings.rowSample < 1 ||
    settings.columnSample < 1 ||
    settings.columnSampleByNode < 1
  );
}

function complement(rows: Uint32Array, n: number): Uint32Array {
  const others = new Uint32Array(n - rows.length);
  let taken = 0;
  let left = 0;
  for (let row = 0; row < n; row++) {
    if (rows[taken] === row) taken++;
    else others[left++] = row;
  }
  return others;
}

function columnSampler(settings: SampleSettings, seed: number, round: number, width: number) {
  const { columnSample, columnSampleByNode } = settings;
  if (columnSample === 1 && columnSampleByNode === 1) return () => null;
  const count = Math.max(1, Math.round(width * columnSample));
  const columns = sampleIndices(width, count, seededRandom(seed, `gbdt/columns/${round}`));
  const maskOf = (chosen: Iterable<number>): Uint8Array => {
    const mask = new Uint8Array(width);
    for (const column of chosen) mask[column] = 1;
    return mask;
  };
  const ofTree = maskOf(columns);
  if (columnSampleByNode === 1) return () => ofTree;
  const random = seededRandom(seed, `gbdt/columns-of-nodes/${round}`);
  const perNode = Math.max(1, Math.round(count * columnSampleByNode));
  return () => {
    const picked = sampleIndices(columns.length, perNode, random);
    return maskOf(picked.map((i) => columns[i] as number));
  };
}

function gossSampler({ topRows, otherRows }: SampleSettings, seed: number, n: number) {
  const top = Math.max(1, Math.round(n * topRows));
  const drawn = Math.max(1, Math.round(n * otherRows));
  const sort = createSorter(n);
  const sizes = new Float32Array(n);
  return (round: number, gradients: Float32Array[], hessians: Float32Array[]): Uint32Array => {
    sizes.fill(0);
    gradients.forEach((g, target) => {
      const h = hessians[target] as Float32Array;
      for (let i = 0; i < n; i++) {
        sizes[i] = (sizes[i] as number) + Math.abs((g[i] as number) * (h[i] as number));
      }
    });
    const sorted = sizes.slice();
    sort(sorted);
    const threshold = sorted[n - top] as number;
    const isTop = new Uint8Array(n);
    let left = top;
    for (let i = 0; i < n; i++) {
      if ((sizes[i] as number) <= threshold) continue;
      isTop[i] = 1;
      left--;
    }
    for (let i = 0; i < n && left > 0; i++) {
      if (sizes[i] !== threshold) continue;
      isTop[i] = 1;
      left--;
    }
    const rest = new Uint32Array(n - top);
    for (let i = 0, at = 0; i < n; i++) if (isTop[i] === 0) rest[at++] = i;
    const factor = (n - top) / Math.min(drawn, rest.length);
    const picked = sampleIndices(rest.length, drawn, seededRandom(seed, `gbdt/goss/${round}`));
    for (const i of picked) {
      const row = rest[i] as number;
      isTop[row] = 1;
      for (const g of gradients) g[row] = (g[row] as number) * factor;
      for (const h of hessians) h[row] = (h[row] as number) * factor;
    }
    const rows = new Uint32Array(top + picked.length);
    for (let i = 0, at = 0; i < n; i++) if (isTop[i] === 1) rows[at++] = i;
    return rows;
  };
}
