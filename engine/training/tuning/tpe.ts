import type { Dimension, SearchSpace, SettingValue } from '../../../local-api/contract/index.ts';
import { normalSurvival, type SeededRandom, seededRandom } from '../../statistics/index.ts';
import { rankedTrials } from './front.ts';
import type { Tried } from './search.ts';
import { type Assignment, isActive, orderedPaths, placeOf, valueAt } from './space.ts';

export type TpeOptions = {
  space: SearchSpace;
  seed: number;
  trial: number;
  history: readonly Tried[];
  candidates: number;
  multivariate: boolean;
};

/** At most this many trials count as good; of fewer, a tenth. */
const mostGood = 25;

/**
 * The next trial of a tree-structured Parzen estimator (Bergstra et al. 2011): the good trials and the others are each described by
 * a mixture of kernels around them and one over the whole space; of a number of draws from the good mixture, the one whose
 * density there is largest beside that in the other becomes the trial. `multivariate`: kernels span all settings of a trial
 * (Falkner et al. 2018), else each setting has mixtures of its own. Conditional settings are drawn when their condition
 * holds. Several objectives are ranked by fronts. Deterministic by seed, trial and history. O(candidates · trials · settings).
 */
export function tpeAssignment(options: TpeOptions): Assignment {
  const { space, seed, trial, history, candidates } = options;
  const random = seededRandom(seed, `tuning/tpe/${trial}`);
  const { good, others } = parted(history);
  const paths = orderedPaths(space);
  const better = mixturesOf(space, paths, good, options.multivariate);
  const worse = mixturesOf(space, paths, others, options.multivariate);
  let best: Assignment = {};
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates; i++) {
    const values = better.draw(random);
    const score = better.logDensity(values) - worse.logDensity(values);
    if (score > bestScore) {
      best = values;
      bestScore = score;
    }
  }
  return best;
}

/** Failed trials are the worst, so that the search keeps away from them. */
function parted(history: readonly Tried[]): { good: Assignment[]; others: Assignment[] } {
  const told = history.filter(({ losses }) => losses !== null);
  const order = rankedTrials(told.map(({ losses }) => losses ?? []));
  const goodCount = Math.min(mostGood, Math.ceil(0.1 * history.length));
  const failed = history.filter(({ losses }) => losses === null);
  const ranked = [...order.map((i) => told[i]), ...failed].flatMap((tried) => (tried ? [tried.values] : []));
  return { good: ranked.slice(0, goodCount), others: ranked.slice(goodCount) };
}

type Mixture = { draw(random: SeededRandom): Assignment; logDensity(values: Assignment): number };

/** A kernel for each trial and one, with as much weight, over the whole space. */
function mixturesOf(
  space: SearchSpace,
  paths: readonly string[],
  trials: readonly Assignment[],
  multivariate: boolean,
): Mixture {
  const components: Assignment[] = [...trials, {}];
  const width = kernelWidth(trials.length, multivariate ? paths.length : 1);
  const kernels = new Map(
    paths.map((path) => {
      const dimension = space[path];
      return [path, dimension === undefined ? null : kernelsOf(dimension, path, components, width)];
    }),
  );
  return {
    draw(random) {
      const values: Assignment = {};
      const shared = random.integer(components.length);
      for (const path of paths) {
        const dimension = space[path];
        const kernel = kernels.get(path);
        if (!dimension || !kernel || !isActive(dimension, values)) continue;
        values[path] = kernel.draw(multivariate ? shared : random.integer(components.length), random);
      }
      return values;
    },
    logDensity(values) {
      const active = paths.flatMap((path) => {
        const value = values[path];
        const kernel = kernels.get(path);
        return value === undefined || !kernel ? [] : [{ kernel, value }];
      });
      const shares = components.map((_, c) => active.map(({ kernel, value }) => kernel.logDensity(c, value)));
      const weight = -Math.log(components.length);
      if (multivariate) return weight + logSum(shares.map((logs) => logs.reduce((sum, log) => sum + log, 0)));
      return active.reduce((sum, _, k) => sum + weight + logSum(shares.map((logs) => logs[k] ?? 0)), 0);
    },
  };
}

/** Scott's rule on a space of unit length, as wide as a fifth at first and never narrower than a hundredth. */
function kernelWidth(trials: number, dimensions: number): number {
  return Math.max(0.2 * Math.max(trials, 1) ** (-1 / (dimensions + 4)), 1 / Math.min(100, 1 + trials) / 2);
}

type Kernels = {
  draw(component: number, random: SeededRandom): SettingValue;
  logDensity(component: number, value: SettingValue): number;
};

/** Kernels of one setting: uniform where a component has no value for it. */
function kernelsOf(
  dimension: Dimension,
  path: string,
  components: readonly Assignment[],
  width: number,
): Kernels {
  const places = components.map((values) => {
    const value = values[path];
    return value === undefined ? null : placeOf(dimension, value);
  });
  if (dimension.type === 'choice') return choiceKernels(dimension.options, places);
  return {
    draw: (component, random) => {
      const centre = places[component] ?? null;
      return valueAt(dimension, centre === null ? random.next() : truncatedNormal(centre, width, random));
    },
    logDensity: (component, value) => {
      const centre = places[component] ?? null;
      if (centre === null) return 0;
      const z = (placeOf(dimension, value) - centre) / width;
      const inside = normalSurvival(-centre / width) - normalSurvival((1 - centre) / width);
      return -0.5 * z * z - Math.log(width * Math.sqrt(2 * Math.PI) * inside);
    },
  };
}

/** Most of the weight on the option of the trial, a little on every other. */
function choiceKernels(options: readonly SettingValue[], places: readonly (number | null)[]): Kernels {
  const count = options.length;
  const little = 1 / places.length;
  const indexOf = (place: number) => Math.min(count - 1, Math.floor(place * count));
  const optionIndex = new Map(options.map((option, i) => [JSON.stringify(option), i]));
  return {
    draw(component, random) {
      const place = places[component] ?? null;
      const isOwn = place !== null && random.next() < 1 / (1 + count * little);
      return options[isOwn ? indexOf(place) : random.integer(count)] ?? null;
    },
    logDensity(component, value) {
      const place = places[component] ?? null;
      if (place === null) return -Math.log(count);
      const isOwn = indexOf(place) === optionIndex.get(JSON.stringify(value));
      return Math.log(((isOwn ? 1 : 0) + little) / (1 + count * little));
    },
  };
}

/** Drawn anew until it is in [0, 1]; the centre is in it, so that takes three tries at most on average. */
function truncatedNormal(centre: number, width: number, random: SeededRandom): number {
  for (let i = 0; i < 1000; i++) {
    const drawn = centre + width * random.normal();
    if (drawn >= 0 && drawn < 1) return drawn;
  }
  return centre;
}

function logSum(logs: readonly number[]): number {
  const most = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}
