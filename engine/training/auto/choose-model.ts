import type { Auto, Recipe } from '../../../local-api/contract/index.ts';
import { meanOf, sampleVariance, seededRandom, shuffle } from '../../statistics/index.ts';
import { figureWeights } from '../row-weights.ts';
import type { TrainingData } from '../training-data.ts';
import type { Fold } from '../validation/folds.ts';
import { greedyMean, type Voter, weightedMean } from './greedy.ts';
import { type Answers, type HeldOut, heldOut } from './held-out.ts';
import { fitStack, type Stack } from './stack.ts';

/** What the models give: one of them, or several together. */
export type Chosen = {
  kind: 'single' | 'greedy' | 'stack';
  /** Names, with their share of the mean; null in a stack. */
  members: readonly { name: string; weight: number | null }[];
  stack: Stack | null;
  /** What it says of the held-out rows: where there are weights, learnt on other rows than it speaks of. */
  answers: Answers;
  /** Of these answers. */
  loss: number;
  /** What people should know of the choice. */
  notes: string[];
};

export type ChooseOptions = {
  recipe: Recipe;
  data: TrainingData;
  held: HeldOut;
  voters: readonly Voter[];
  ensemble: Auto['ensemble'];
  /** Whether these models can be fitted on all rows in the time that is left. */
  fits(names: readonly string[]): boolean;
  /** Until when, by `performance.now()`, a stack may be learnt; null: without end. */
  untilMs: number | null;
  /** Told of each way that was tried, with its loss. */
  tell(kind: Chosen['kind'], members: number, loss: number): void;
  signal: AbortSignal;
};

/** Parts that weights are learnt on and told by, each in turn held out. */
const PARTS = 5;
/** A stack takes all of its members whatever they say, so they are few. */
const MOST_STACKED = 6;

/**
 * Decides between the best model alone, a weighted mean of several (greedy selection) and a stack, by their loss on rows that
 * neither the models nor the weights learnt from. Members whose fit on all rows would take too long are left out. What is asked
 * for by `ensemble` is given, where it is possible at all; `auto` prefers what is simpler when nothing is gained by more.
 */
export async function chooseModel(options: ChooseOptions): Promise<Chosen> {
  const { held, voters, ensemble, fits } = options;
  const ranked = voters
    .map((voter) => ({ voter, loss: held.loss(voter.answers) }))
    .filter(({ loss }) => Number.isFinite(loss))
    .sort((a, b) => a.loss - b.loss);
  const best = ranked.find(({ voter }) => fits([voter.name])) ?? ranked[0];
  if (best === undefined) throw new RangeError('there is no model to choose from');
  const single: Chosen = {
    kind: 'single',
    members: [{ name: best.voter.name, weight: 1 }],
    stack: null,
    answers: best.voter.answers,
    loss: best.loss,
    notes: [],
  };
  if (ensemble === 'none' || ranked.length < 2) return single;
  const parts = partsOf(options);
  // In the order in which they were fitted, so that a part of them gives the same.
  const able = voters.filter(({ name }) => ranked.some(({ voter }) => voter.name === name));
  options.tell('single', 1, single.loss);
  const mean = ensemble === 'stack' ? null : meanOfSome(parts, able, fits, held);
  if (mean !== null) options.tell('greedy', mean.members.length, mean.loss);
  if (ensemble === 'greedy') return mean ?? single;
  const stacked = await stackOfSome(options, parts, ranked, mean);
  if (stacked !== null) options.tell('stack', stacked.members.length, stacked.loss);
  if (ensemble === 'stack')
    return stacked ?? { ...single, notes: ['A stack could not be learnt in the time.'] };
  const simpler = mean !== null && mean.loss < single.loss ? mean : single;
  if (stacked !== null && gainsClearly(stacked, simpler, held)) return stacked;
  return simpler;
}

/** The held-out rows cut into parts, each of which weights can be told by. */
type Parts = {
  /** Loss of a part of the answers. */
  view: HeldOut;
  /** Which of them are held out together. */
  turns: readonly (readonly number[])[];
  /** Answers by fold, as answers by part. */
  cut(answers: Answers): Answers;
  /** The way back. */
  join(answers: readonly Float32Array[]): Answers;
};

function partsOf({ recipe, data, held }: ChooseOptions): Parts {
  const [only] = held.folds;
  if (held.folds.length > 1 || only === undefined) {
    const count = Math.min(PARTS, held.folds.length);
    const turns = Array.from({ length: count }, (_, turn) =>
      [...held.folds.keys()].filter((fold) => fold % count === turn),
    );
    return { view: held, turns, cut: (answers) => answers, join: (answers) => answers };
  }
  return partsOfOneFold({ recipe, data, held }, only);
}

/** One fold alone: its rows are shared out. */
function partsOfOneFold(
  { recipe, data, held }: Pick<ChooseOptions, 'recipe' | 'data' | 'held'>,
  only: Fold,
): Parts {
  const order = Int32Array.from(only.held.keys());
  if (recipe.split.kind !== 'time') shuffle(order, seededRandom(recipe.seed, 'auto/parts'));
  const count = Math.min(PARTS, Math.max(1, Math.floor(order.length / 4)));
  const places = Array.from({ length: count }, (_, part) =>
    order.slice((part * order.length) / count, ((part + 1) * order.length) / count).sort(),
  );
  const folds = places.map(
    (among, fold): Fold => ({ ...only, fold, held: among.map((place) => only.held[place] as number) }),
  );
  const { width } = held;
  return {
    view: heldOut(recipe, data, folds, held.objective),
    turns: folds.map((_, part) => [part]),
    cut: ([all]) =>
      places.map((among) => {
        const part = new Float32Array(among.length * width);
        among.forEach((place, i) => {
          part.set((all as Float32Array).subarray(place * width, (place + 1) * width), i * width);
        });
        return part;
      }),
    join(answers) {
      const all = new Float32Array(only.held.length * width);
      places.forEach((among, part) => {
        among.forEach((place, i) => {
          all.set((answers[part] as Float32Array).subarray(i * width, (i + 1) * width), place * width);
        });
      });
      return [all];
    },
  };
}

/** The greedy mean, less the members that would take too long; its answers by weights that were learnt on the other parts. */
function meanOfSome(
  parts: Parts,
  voters: readonly Voter[],
  fits: ChooseOptions['fits'],
  held: HeldOut,
): Chosen | null {
  const { view, turns } = parts;
  const every = [...view.folds.keys()];
  let among = voters.map(({ name, answers }) => ({ name, answers: parts.cut(answers) }));
  let found = greedyMean(among, every, view.lossOfFold);
  const support = () => among.filter((_, place) => (found.weights[place] ?? 0) > 0);
  const notes: string[] = [];
  while (!fits(support().map(({ name }) => name)) && support().length > 1) {
    const weightOf = ({ name }: Voter) => found.weights[among.findIndex((one) => one.name === name)] ?? 0;
    const least = support().reduce((a, b) => (weightOf(b) < weightOf(a) ? b : a));
    among = support().filter(({ name }) => name !== least.name);
    found = greedyMean(among, every, view.lossOfFold);
    notes.push(`"${least.name}" is not part of the model: there was no time left to fit it on all rows.`);
  }
  among = support();
  if (among.length < 2) return null;
  found = greedyMean(among, every, view.lossOfFold);
  const told: Float32Array[] = [];
  for (const turn of turns) {
    const others = every.filter((part) => !turn.includes(part));
    const { weights } = others.length > 0 ? greedyMean(among, others, view.lossOfFold) : found;
    for (const part of turn) {
      told[part] = weightedMean(
        among.map(({ answers }) => answers[part] as Float32Array),
        weights,
      );
    }
  }
  const answers = parts.join(told);
  const members = among.map(({ name }, place) => ({ name, weight: found.weights[place] ?? 0 }));
  return { kind: 'greedy', members, stack: null, answers, loss: held.loss(answers), notes };
}

/** A stack of the members of the mean, or, without one, of the best of each kind of voter. */
async function stackOfSome(
  options: ChooseOptions,
  parts: Parts,
  ranked: readonly { voter: Voter }[],
  mean: Chosen | null,
): Promise<Chosen | null> {
  const { held, fits, untilMs, signal, data, recipe } = options;
  const names = new Set(
    mean === null
      ? ranked.map(({ voter }) => voter.name)
      : mean.members.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0)).map(({ name }) => name),
  );
  let chosen = [...names].slice(0, MOST_STACKED);
  while (chosen.length > 1 && !fits(chosen)) chosen = chosen.slice(0, -1);
  if (chosen.length < 2) return null;
  const among = options.voters.filter(({ name }) => chosen.includes(name));
  const cut = among.map(({ answers }) => parts.cut(answers));
  const { view, turns } = parts;
  if (turns.length < 2) return null;
  const learn = (from: readonly number[]) => {
    const rows = Int32Array.from(from.flatMap((part) => [...(view.folds[part] as Fold).held]));
    return fitStack(
      {
        answers: cut.map((answers) => joinedNumbers(from.map((part) => answers[part] as Float32Array))),
        truth: Float64Array.from(rows, (row) => data.target.y[row] as number),
        weights: figureWeights(data.weights, recipe, rows),
        classes: data.target.classes,
      },
      signal,
    );
  };
  const every = [...view.folds.keys()];
  const told: Float32Array[] = [];
  const startedMs = performance.now();
  try {
    for (const [done, turn] of turns.entries()) {
      const left = (turns.length + 1 - done) * ((performance.now() - startedMs) / Math.max(1, done));
      if (untilMs !== null && performance.now() + left > untilMs) return null;
      const stack = await learn(every.filter((part) => !turn.includes(part)));
      for (const part of turn) told[part] = stack.apply(cut.map((answers) => answers[part] as Float32Array));
    }
    const answers = parts.join(told);
    const members = among.map(({ name }) => ({ name, weight: null }));
    return {
      kind: 'stack',
      members,
      stack: await learn(every),
      answers,
      loss: held.loss(answers),
      notes: [],
    };
  } catch {
    // A part of the rows with one class, answers that make the fit diverge: then there is no stack.
    signal.throwIfAborted();
    return null;
  }
}

/** Better on the whole, and by more than a standard error of what the folds say, where there are several. */
function gainsClearly(stacked: Chosen, simpler: Chosen, held: HeldOut): boolean {
  const gains = held.folds.map(
    (_, fold) =>
      held.lossOfFold(fold, simpler.answers[fold] as Float32Array) -
      held.lossOfFold(fold, stacked.answers[fold] as Float32Array),
  );
  const mean = meanOf(gains);
  if (gains.length < 2) return mean > 0.005 * Math.abs(simpler.loss);
  return mean > Math.sqrt(sampleVariance(gains) / gains.length);
}

function joinedNumbers(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
