import type { ForestTrainer } from '../../../../local-api/contract/index.ts';
import { type SeededRandom, sampleIndices } from '../../../statistics/index.ts';

/** How often each row counts in a tree; null: once each. */
export function drawRows(
  settings: Pick<ForestTrainer, 'method' | 'bootstrap' | 'rowSample'>,
  n: number,
  random: SeededRandom,
): Uint32Array | null {
  const { method, bootstrap, rowSample } = settings;
  const count = Math.max(1, Math.round(n * rowSample));
  const times = new Uint32Array(n);
  if (bootstrap === 'on' || (bootstrap === 'auto' && method === 'random')) {
    for (let i = 0; i < count; i++) {
      const row = random.integer(n);
      times[row] = (times[row] as number) + 1;
    }
    return times;
  }
  if (count === n) return null;
  for (const row of sampleIndices(n, count, random)) times[row] = 1;
  return times;
}

/** Columns that a node looks at. */
export function featuresOfNode(
  { maxFeatures, featureShare }: Pick<ForestTrainer, 'maxFeatures' | 'featureShare'>,
  width: number,
  classes: number,
): number {
  const counts = {
    auto: classes > 0 ? Math.sqrt(width) : width,
    sqrt: Math.sqrt(width),
    log2: Math.log2(width),
    share: featureShare * width,
  };
  return Math.min(width, Math.max(1, Math.floor(counts[maxFeatures])));
}
