import { seededRandom, shuffle } from '../../statistics/index.ts';
import { stratifiedFolds } from '../multivariate/domain-classifier.ts';

/** Places that words and pairs of words are hashed to. */
const PLACES = 1 << 18;
const EPOCHS = 5;
const PENALTY = 1e-4;
const FOLDS = 2;
const LEAST_TEXTS = 3;

/** A text as places of its words and pairs of words, each with its weight: unit length. */
type Vector = { places: Int32Array; values: Float32Array };

/**
 * How much each text looks like one of the current window: scores of a logistic regression on hashed words and pairs of words
 * (feature hashing, Weinberger et al. 2009), learnt on the other half of the texts (two folds, each with its share of both
 * windows). Weights are sublinear counts times inverse text frequency; stochastic steps with averaging. The first `reference`
 * texts are of the reference. Same texts and seed, same scores. Cost: linear in the words, some ten passes.
 */
export function textScores(
  texts: readonly (readonly string[])[],
  reference: number,
  seed: number,
): Float64Array {
  const vectors = vectorsOf(texts);
  const folds = stratifiedFolds(texts.length, reference, seed, FOLDS);
  const scores = new Float64Array(texts.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const train = Int32Array.from(vectors.keys()).filter((row) => folds[row] !== fold);
    const weights = learn(vectors, train, (row) => row >= reference, seed + fold);
    vectors.forEach((vector, row) => {
      if (folds[row] === fold) scores[row] = dot(weights, vector);
    });
  }
  return scores;
}

function vectorsOf(texts: readonly (readonly string[])[]): Vector[] {
  const inTexts = new Uint32Array(PLACES);
  const counted = texts.map((words) => {
    const counts = new Map<number, number>();
    const add = (text: string) => {
      const place = placeOf(text);
      counts.set(place, (counts.get(place) ?? 0) + 1);
    };
    words.forEach((word, i) => {
      add(word);
      if (i > 0) add(`${words[i - 1]} ${word}`);
    });
    for (const place of counts.keys()) inTexts[place] = (inTexts[place] as number) + 1;
    return counts;
  });
  return counted.map((counts): Vector => {
    // What stands in one or two texts tells no window from another, but would be learnt by heart.
    const kept = [...counts].filter(([place]) => (inTexts[place] as number) >= LEAST_TEXTS);
    const places = Int32Array.from(kept, ([place]) => place);
    const values = Float32Array.from(kept, ([place, count]) => {
      const rarity = Math.log((1 + texts.length) / (1 + (inTexts[place] as number))) + 1;
      return (1 + Math.log(count)) * rarity;
    });
    const length = Math.hypot(...values) || 1;
    return { places, values: values.map((value) => value / length) };
  });
}

function learn(
  vectors: readonly Vector[],
  rows: Int32Array,
  isCurrent: (row: number) => boolean,
  seed: number,
): Float64Array {
  const weights = new Float64Array(PLACES + 1);
  const sums = new Float64Array(PLACES + 1);
  const order = rows.slice();
  const random = seededRandom(seed, 'text/order');
  const current = rows.filter(isCurrent).length;
  // Both windows count the same, whatever their sizes.
  const weightOf = (is: boolean) => rows.length / 2 / Math.max(1, is ? current : rows.length - current);
  let step = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random);
    for (const row of order) {
      const vector = vectors[row] as Vector;
      const is = isCurrent(row);
      const chance = 1 / (1 + Math.exp(-dot(weights, vector)));
      const rate = 0.5 / (1 + step / rows.length);
      const push = rate * weightOf(is) * ((is ? 1 : 0) - chance);
      vector.places.forEach((place, i) => {
        const old = weights[place] as number;
        weights[place] = old + push * (vector.values[i] as number) - rate * PENALTY * old;
      });
      weights[PLACES] = (weights[PLACES] as number) + push * 0.1;
      step += 1;
    }
    for (let place = 0; place <= PLACES; place++)
      sums[place] = (sums[place] as number) + (weights[place] as number);
  }
  return sums.map((sum) => sum / EPOCHS);
}

function dot(weights: Float64Array, { places, values }: Vector): number {
  let sum = weights[PLACES] as number;
  for (let i = 0; i < places.length; i++)
    sum += (weights[places[i] as number] as number) * (values[i] as number);
  return sum;
}

/** FNV-1a. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}
