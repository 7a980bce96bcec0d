import type { GbdtTrainer } from '../../../../local-api/contract/index.ts';
import { seededRandom } from '../../../statistics/index.ts';

/**
 * The earlier rounds that a round leaves out while it grows (DART, Rashmi and Gilad-Bachrach 2015), ascending; none with
 * probability `skipDrop`. From the seed and the round alone.
 */
export function droppedRounds(
  { dropRate, skipDrop, maxDrop }: Pick<GbdtTrainer, 'dropRate' | 'skipDrop' | 'maxDrop'>,
  seed: number,
  round: number,
): number[] {
  const random = seededRandom(seed, `gbdt/dart/${round}`);
  if (random.next() < skipDrop) return [];
  const dropped: number[] = [];
  for (let earlier = 0; earlier < round && dropped.length < maxDrop; earlier++) {
    if (random.next() < dropRate) dropped.push(earlier);
  }
  return dropped;
}
