import type {
  AutoCandidate,
  AutoTrainer,
  Dimension,
  SearchSpace,
} from '../../../local-api/contract/index.ts';
import { type SeededRandom, seededRandom } from '../../statistics/index.ts';
import { orderedPaths, placeOf, valueAt } from '../tuning/space.ts';

/** What has been fitted, with what came of it. */
export type Fitted = { candidate: AutoCandidate; loss: number };

/** What is varied around the models that do best, and what settings are when a model does not name them. */
const spaces: Record<AutoTrainer, { space: SearchSpace; defaults: AutoCandidate['values'] }> = {
  linear: {
    space: {
      'trainer.l2': { type: 'log', low: 1e-3, high: 1e3, whole: false },
      'trainer.l1': { type: 'log', low: 1e-4, high: 10, whole: false },
    },
    defaults: { 'trainer.l2': 1, 'trainer.l1': 1e-4 },
  },
  gbdt: {
    space: {
      'trainer.learningRate': { type: 'log', low: 0.015, high: 0.3, whole: false },
      'trainer.leaves': { type: 'log', low: 3, high: 160, whole: true },
      'trainer.minLeafRows': { type: 'log', low: 2, high: 100, whole: true },
      'trainer.l2': { type: 'log', low: 1e-2, high: 30, whole: false },
      'trainer.rowSample': { type: 'float', low: 0.5, high: 1 },
      'trainer.columnSample': { type: 'float', low: 0.3, high: 1 },
    },
    defaults: {
      'trainer.learningRate': 0.1,
      'trainer.leaves': 31,
      'trainer.minLeafRows': 20,
      'trainer.l2': 0.01,
      'trainer.rowSample': 1,
      'trainer.columnSample': 1,
      'trainer.trees': 200,
    },
  },
  forest: {
    space: {
      'trainer.method': { type: 'choice', options: ['random', 'extra'] },
      'trainer.featureShare': { type: 'float', low: 0.15, high: 1 },
      'trainer.minLeafRows': { type: 'log', low: 1, high: 30, whole: true },
    },
    defaults: { 'trainer.method': 'random', 'trainer.featureShare': 0.4, 'trainer.minLeafRows': 1 },
  },
  mlp: {
    space: {
      'trainer.learningRate': { type: 'log', low: 2e-4, high: 1e-2, whole: false },
      'trainer.weightDecay': { type: 'log', low: 1e-3, high: 3, whole: false },
      'trainer.dropout': { type: 'float', low: 0, high: 0.4 },
      'trainer.hidden': { type: 'choice', options: [[64], [256], [512], [64, 64], [128, 64], [256, 128]] },
    },
    defaults: {
      'trainer.learningRate': 1e-3,
      'trainer.weightDecay': 0.1,
      'trainer.dropout': 0,
      'trainer.hidden': [256],
    },
  },
};

const titles: Record<AutoTrainer, string> = {
  linear: 'Linear model',
  gbdt: 'Boosted trees',
  forest: 'Forest',
  mlp: 'Neural network',
};

/** Of the kind that does best more is tried than of the others, in this proportion to the next. */
const PREFERENCE = 0.5;
/** Step of a setting, as a share of its range. */
const STEP = 0.18;
/** So many boosted trees reach the same at any learning rate. */
const TREES_TIMES_RATE = 30;

/**
 * The next model to try once the portfolio is through: settings of one that does well, moved a little. The kind is drawn by how
 * well the best of each does, the base among the three best of it. `turn` counts the models proposed here; the same history and
 * turn give the same model. Null where nothing can be varied.
 */
export function nextVariant(history: readonly Fitted[], turn: number, seed: number): AutoCandidate | null {
  const random = seededRandom(seed, `auto/variant/${turn}`);
  const byKind = new Map<AutoTrainer, Fitted[]>();
  for (const fitted of history.toSorted((a, b) => a.loss - b.loss)) {
    const kind = kindOf(fitted.candidate);
    if (kind !== null) byKind.set(kind, [...(byKind.get(kind) ?? []), fitted]);
  }
  // A map keeps the order of its keys: the kind of the best model comes first.
  const kinds = [...byKind.keys()];
  const kind =
    kinds[
      drawn(
        kinds.map((_, place) => PREFERENCE ** place),
        random,
      )
    ];
  if (kind === undefined) return null;
  const bases = (byKind.get(kind) ?? []).slice(0, 3);
  const base =
    bases[
      drawn(
        bases.map((_, place) => PREFERENCE ** place),
        random,
      )
    ];
  if (base === undefined) return null;
  return { name: `${titles[kind]}, variant ${turn + 1}`, values: moved(base.candidate, kind, random) };
}

function kindOf({ values }: AutoCandidate): AutoTrainer | null {
  const kind = values['trainer.kind'];
  return kind === 'linear' || kind === 'gbdt' || kind === 'forest' || kind === 'mlp' ? kind : null;
}

function drawn(shares: readonly number[], random: SeededRandom): number {
  let left = random.next() * shares.reduce((sum, share) => sum + share, 0);
  for (const [place, share] of shares.entries()) {
    left -= share;
    if (left < 0) return place;
  }
  return shares.length - 1;
}

function moved(base: AutoCandidate, kind: AutoTrainer, random: SeededRandom): AutoCandidate['values'] {
  const { space, defaults } = spaces[kind];
  const values: AutoCandidate['values'] = { ...base.values };
  for (const path of orderedPaths(space)) {
    const dimension = space[path];
    // Not all at once: what is good about the base is kept.
    if (dimension === undefined || random.next() < 0.4) continue;
    values[path] = stepped(dimension, values[path] ?? defaults[path] ?? null, random);
  }
  if (kind === 'gbdt') {
    const rate = Number(values['trainer.learningRate'] ?? defaults['trainer.learningRate']);
    values['trainer.trees'] = Math.round(Math.min(2000, Math.max(200, TREES_TIMES_RATE / rate)));
  }
  if (kind === 'forest') values['trainer.maxFeatures'] = 'share';
  return values;
}

function stepped(dimension: Dimension, from: AutoCandidate['values'][string], random: SeededRandom) {
  if (dimension.type === 'choice') {
    return random.next() < 0.5 ? from : valueAt(dimension, random.next());
  }
  const low = dimension.low;
  const place = placeOf(dimension, Math.min(dimension.high, Math.max(low, Number(from))));
  const value = valueAt(dimension, Math.min(1, Math.max(0, place + STEP * random.normal())));
  // Three digits are enough, and can be read.
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(3)) : value;
}
