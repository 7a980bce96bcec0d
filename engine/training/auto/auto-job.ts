import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Auto, AutoReport, Recipe, TrialRecord } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { JobContext } from '../../jobs/index.ts';
import { FINISH_AT, finishTraining } from '../finish-training.ts';
import { measureFile } from '../study/measure-file.ts';
import { objectivesOf } from '../study/objectives.ts';
import { openTrialPool } from '../study/open-trial-pool.ts';
import { foldsOfScope } from '../study/scope.ts';
import type { StudyJobInput } from '../study/study-job.ts';
import type { TrainJobOutput } from '../train-job.ts';
import { readTrainingData, type TrainingData } from '../training-data.ts';
import { runFiles } from '../training-service.ts';
import { validationFiles } from '../validation/validation-files.ts';
import { autoTeller } from './auto-teller.ts';
import { type Chosen, chooseModel } from './choose-model.ts';
import { compareModels } from './compare-models.ts';
import { learnChosen } from './final-model.ts';
import { type HeldOut, heldOut } from './held-out.ts';
import { portfolioOf } from './portfolio.ts';
import { autoReport } from './report.ts';
import { type AutoClock, AutoSearch } from './search.ts';
import { votersAmong } from './voters.ts';

const SEARCH_FROM = 0.02;
/** The bar goes by the clock, or, without one, by models. */
const SEARCH_TO = 0.8;

/**
 * Chooses a model: fits many by folds in worker processes within the budget, decides which of them, or which together, answer rows
 * best that they did not learn from, fits those on every row but the test part and puts them into one ONNX file. Goes on from what
 * earlier lives fitted. With a recorded list of candidates there is no clock, and the same list gives the same file.
 *
 * Errors: `training/budget-too-small` when no model but the baseline can be had in the time; those of a training.
 */
export async function chooseAutomatically(
  context: JobContext<StudyJobInput>,
  auto: Auto,
): Promise<TrainJobOutput> {
  const { input, progress, log, signal, tmpDir } = context;
  const { recipe } = input;
  progress(0.01, 'Reading the data');
  const data = await readTrainingData({ ...context, ...input });
  const startedSeconds = performance.now() / 1000;
  const clock = clockOf(context, auto, data);
  const [objective = { metric: 'log_loss', direction: 'lower' }] = objectivesOf(
    { objectives: auto.metric === undefined ? [] : [{ metric: auto.metric }] },
    recipe,
  );
  const held = heldOut(recipe, data, foldsOfScope(recipe, data, null), objective);
  const search = await searchModels(context, auto, data, held, clock);
  checkSearch(search, auto, clock, startedSeconds);

  progress(SEARCH_TO, 'Deciding which models answer best together');
  const chosen = await chooseModel({
    recipe,
    data,
    held,
    voters: votersAmong(
      search.models.filter(({ candidate }) => auto.members?.includes(candidate.name) ?? true),
    ),
    ensemble: auto.ensemble,
    fits: (names) => names.length <= 1 || search.finalSeconds(names) <= search.secondsLeft(),
    tell(kind, members, loss) {
      const what = {
        single: 'The best model alone',
        greedy: `A mean of ${members}`,
        stack: `A stack of ${members}`,
      }[kind];
      log(`${what}: ${objective.metric} ${shown(objective.direction === 'higher' ? -loss : loss)}`);
    },
    untilMs: clock.budgetSeconds === null ? null : performance.now() + 1000 * stackSeconds(search),
    signal,
  });
  log(wordsOf(chosen, search));
  const learned = await learnChosen({
    recipe,
    data,
    held,
    chosen,
    models: search.models,
    report(member, place, of, { step, of: steps, message }) {
      const share = (place + Math.min(1, step / steps)) / of;
      progress(SEARCH_TO + (FINISH_AT - SEARCH_TO) * share, `"${member}" on all rows: ${message}`);
    },
    log,
    signal,
  });
  const ranked = rankedModels(search);
  const comparisons = compareModels(recipe, data, held, [
    ...ranked.map(({ answers }) => answers),
    chosen.answers,
  ]);
  const finished = await finishTraining(context, recordedRecipe(recipe, auto, search, chosen), data, learned);
  const measured = await measureFile(
    await readFile(join(tmpDir, runFiles.model)),
    learned.pipeline.inputs,
    data.table,
    data.parts.train,
  );
  const report: AutoReport = {
    ...autoReport({ auto, held, search, clock }),
    elapsedSeconds: clock.elapsedSeconds(),
    isDone: true,
    chosen: chosen.kind,
    members: chosen.members.flatMap(({ name, weight }) => {
      const model = search.models.find(({ candidate }) => candidate.name === name);
      if (model === undefined) return [];
      return [{ trial: model.trial, name, trainer: model.recipe.trainer.kind, weight }];
    }),
    metrics: Object.fromEntries(
      Object.entries(learned.validation?.metrics ?? {}).map(([key, { mean, se }]) => [key, { mean, se }]),
    ),
    interval: comparisons.at(-1)?.interval ?? null,
    comparisons: ranked.flatMap(({ trial }, i) => {
      const comparison = comparisons[i];
      return comparison === undefined ? [] : [{ trial, ...comparison }];
    }),
    ...measured,
    notes: [...search.notes, ...notesOf(search), ...chosen.notes],
  };
  await writeFile(join(tmpDir, validationFiles.auto), `${JSON.stringify(report, null, 2)}\n`);
  return {
    ...finished,
    facts: { ...finished.facts, ...factsOf(chosen, search) },
    seconds: clock.elapsedSeconds(),
  };
}

/** From the start of the process, and with what earlier lives took. */
function clockOf({ input }: JobContext<StudyJobInput>, auto: Auto, data: TrainingData): AutoClock {
  const earlier = Math.max(0, ...input.saved.map(({ elapsedSeconds }) => elapsedSeconds));
  const slowness = slownessOf(data);
  return {
    elapsedSeconds: () => earlier + performance.now() / 1000,
    budgetSeconds: auto.candidates === undefined ? auto.budgetSeconds : null,
    finishSeconds: slowness * finishSeconds(data),
    marginSeconds: slowness * Math.min(0.5, 0.02 * auto.budgetSeconds),
  };
}

/** Seconds until the data are read, on a machine that has nothing else to do. */
const usualStart = 1;

/** How much longer the start took than on an idle machine: what comes at the end will too. */
function slownessOf({ table }: TrainingData): number {
  const usual = usualStart + 2e-8 * table.rows * table.columns.length;
  return Math.min(4, Math.max(1, performance.now() / 1000 / usual));
}

/** Evaluation on the test part with its bootstrap, files, their way into the store; on an idle machine. */
function finishSeconds({ parts, target }: TrainingData): number {
  return 0.7 + 6e-5 * parts.test.length * Math.max(1, target.classes / 2);
}

async function searchModels(
  context: JobContext<StudyJobInput>,
  auto: Auto,
  data: TrainingData,
  held: HeldOut,
  clock: AutoClock,
): Promise<AutoSearch> {
  const { input, signal, log, progress } = context;
  const pool = openTrialPool(context, { all: true });
  const teller = autoTeller(context);
  const { columns } = data.table;
  const sizeOf = (rows: number) => ({ rows, columns: columns.length, classes: data.target.classes });
  const onModel = (record: TrialRecord): void => {
    log(lineOf(record, held), record.state === 'failed' ? 'warn' : 'info');
    if (record.state !== 'complete') return;
    teller.report(autoReport({ auto, held, search, clock }));
    const { budgetSeconds } = clock;
    const share =
      budgetSeconds === null
        ? search.models.length / (auto.candidates?.length ?? auto.models)
        : clock.elapsedSeconds() / budgetSeconds;
    progress(SEARCH_FROM + (SEARCH_TO - SEARCH_FROM) * Math.min(1, share), standing(search, held));
  };
  const search: AutoSearch = new AutoSearch({
    recipe: input.recipe,
    auto,
    held,
    pool,
    workers: pool.workers,
    portfolio: portfolioOf(input.recipe, data.table),
    size: {
      fold: sizeOf(Math.max(...held.folds.map(({ train }) => train.length))),
      all: sizeOf(data.parts.train.length + data.parts.validation.length),
    },
    saved: { records: input.saved, answers: input.savedAnswers },
    clock,
    tell: teller,
    onModel,
    signal,
  });
  if (search.models.length > 0) log(`${search.models.length} models are known from before.`);
  context.hear?.(() => {
    log('Asked to finish with what there is.');
    search.stop();
  });
  try {
    await search.run();
  } finally {
    await pool.close();
  }
  return search;
}

function checkSearch(search: AutoSearch, auto: Auto, clock: AutoClock, startedSeconds: number): void {
  const isReal = search.models.some(({ recipe }) => recipe.trainer.kind !== 'prior');
  if (isReal || clock.budgetSeconds === null) return;
  if (search.wasStopped) {
    throw new AssayError('training/no-trial', 'The choice was asked to finish before any model was fitted.');
  }
  const [started, after] = [startedSeconds, clock.finishSeconds].map((seconds) => seconds.toFixed(1));
  throw new AssayError(
    'training/budget-too-small',
    `No model could be fitted in ${auto.budgetSeconds} s: starting and reading the data took ${started} s, and evaluating and writing the model takes about ${after} s.`,
  );
}

/** What a stack may take of the time that is left once the members are fitted. */
function stackSeconds(search: AutoSearch): number {
  const members = search.finalSeconds(search.members.map(({ name }) => name));
  return Math.max(0, Math.min(0.5 * (search.secondsLeft() - members), 60));
}

function rankedModels({ models }: AutoSearch) {
  return models.toSorted((a, b) => a.loss - b.loss || a.trial - b.trial);
}

/** The recipe that makes this model again, without a clock. */
function recordedRecipe(
  recipe: Recipe,
  auto: Auto,
  { models }: AutoSearch,
  { kind, members }: Chosen,
): Recipe {
  return {
    ...recipe,
    auto: {
      ...auto,
      ensemble: kind === 'single' ? 'none' : kind,
      candidates: models.map(({ candidate }) => candidate),
      members: members.map(({ name }) => name),
    },
  };
}

function factsOf({ kind, members }: Chosen, { models }: AutoSearch): Record<string, string> {
  return {
    choice: kind,
    'choice.members': members.map(({ name }) => name).join('; '),
    'choice.among': String(models.length),
  };
}

function notesOf(search: AutoSearch): string[] {
  const left = search.leftOut();
  if (!search.timeWasUp || left.length === 0) return [];
  return [`There was no time for ${left.map((name) => `"${name}"`).join(', ')}.`];
}

function wordsOf({ kind, members }: Chosen, { models }: AutoSearch): string {
  const among = `of ${models.length} models`;
  const names = members.map(({ name, weight }) =>
    weight === null || kind === 'single' ? `"${name}"` : `"${name}" ${Math.round(100 * weight)} %`,
  );
  if (kind === 'single') return `Chosen ${among}: ${names.join(', ')}.`;
  return `Chosen ${among}: ${kind === 'stack' ? 'a stack' : 'a mean'} of ${names.join(', ')}.`;
}

function lineOf({ title, state, error, rungs }: TrialRecord, { objective }: HeldOut): string {
  if (state === 'failed') return `"${title}" failed: ${error}`;
  const loss = rungs[0]?.losses?.[0];
  if (state !== 'complete' || loss === undefined) return `"${title}" was cut off.`;
  return `"${title}": ${objective.metric} ${shown(objective.direction === 'higher' ? -loss : loss)}`;
}

function standing(search: AutoSearch, { objective }: HeldOut): string {
  const [best] = rankedModels(search);
  const count = `${search.models.length} ${search.models.length === 1 ? 'model' : 'models'}`;
  if (best === undefined) return count;
  const value = objective.direction === 'higher' ? -best.loss : best.loss;
  return `${count}, best ${objective.metric} ${shown(value)}: ${best.candidate.name}`;
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
