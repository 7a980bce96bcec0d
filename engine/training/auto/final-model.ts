import type { Recipe } from '../../../local-api/contract/index.ts';
import { fitRecipe } from '../fit-recipe.ts';
import type { Learned } from '../learn-final.ts';
import type { RowParts } from '../split.ts';
import type { FitProgress } from '../trainers/trainer.ts';
import type { TrainingData } from '../training-data.ts';
import { foldReport, validationReport } from '../validation/cross-validate.ts';
import { allRows, finalRecipe } from '../validation/final-fit.ts';
import { outOfFold } from '../validation/out-of-fold.ts';
import type { Chosen } from './choose-model.ts';
import { ensemblePipeline, type Join } from './ensemble-pipeline.ts';
import type { HeldOut } from './held-out.ts';
import type { AutoModel } from './search.ts';

export type FinalModelOptions = {
  recipe: Recipe;
  data: TrainingData;
  held: HeldOut;
  chosen: Chosen;
  models: readonly AutoModel[];
  report(member: string, place: number, of: number, progress: FitProgress): void;
  log(text: string): void;
  signal: AbortSignal;
};

/**
 * Fits the chosen models on every row but the test part, with as many rounds as their folds kept, and brings them together. One
 * after the other: a fit is of one thread. Errors: those of `fitRecipe`.
 */
export async function learnChosen(options: FinalModelOptions): Promise<Learned> {
  const { data, chosen, models, log, signal } = options;
  const parts: RowParts = {
    ...data.parts,
    train: allRows(data.parts.train, data.parts.validation),
    validation: new Int32Array(0),
  };
  const fitted: Awaited<ReturnType<typeof fitMember>>[] = [];
  for (const [place, { name }] of chosen.members.entries()) {
    const model = models.find(({ candidate }) => candidate.name === name);
    if (model === undefined) throw new RangeError(`no model is called "${name}"`);
    log(`Fitting "${name}" on all ${parts.train.length} rows.`);
    fitted.push(await fitMember(options, model, parts, place));
  }
  const [first] = fitted;
  if (first === undefined) throw new RangeError('a model of no members');
  const { validation, outOfFold: told } = unseen(options);
  if (chosen.kind === 'single') {
    return { ...first, parts, validation: { ...validation, finalRounds: first.rounds }, outOfFold: told };
  }
  signal.throwIfAborted();
  const join: Join =
    chosen.stack === null
      ? { kind: 'mean', weights: chosen.members.map(({ weight }) => weight ?? 0) }
      : { kind: 'stack', stack: chosen.stack };
  const pipeline = ensemblePipeline(
    fitted.map((member) => member.pipeline),
    join,
  );
  const used = new Set(pipeline.inputs.map(({ name }) => name));
  const features = new Map(fitted.flatMap((member) => member.fitted.features.map((one) => [one.name, one])));
  return {
    pipeline,
    fitted: {
      features: [...features.values()],
      dropped: first.fitted.dropped.filter(({ name }) => !used.has(name)),
    },
    columns: [],
    model: { info: infoOf(chosen), importance: importanceOf(fitted, chosen, pipeline.featureNames) },
    recipe: options.recipe,
    trainer: chosen.kind === 'greedy' ? 'ensemble' : 'stack',
    parts,
    validation,
    outOfFold: told,
  };
}

async function fitMember(
  { data, chosen, report, log, signal }: FinalModelOptions,
  model: AutoModel,
  parts: RowParts,
  place: number,
) {
  const { recipe, rounds } = finalRecipe(model.recipe, model.record.rungs[0]?.folds ?? []);
  const fitted = await fitRecipe({
    recipe,
    table: data.table,
    target: data.target,
    parts,
    weights: data.weights.fit,
    report: (progress) => report(model.candidate.name, place, chosen.members.length, progress),
    log,
    signal,
  });
  return { ...fitted, rounds, recipe: model.recipe, trainer: model.recipe.trainer.kind };
}

/** What the whole said of rows that it had not learnt from. */
function unseen({ recipe, data, held, chosen, models }: FinalModelOptions) {
  const stopping = models[0]?.record.rungs[0]?.folds ?? [];
  const reports = held.folds.map((fold, i) =>
    foldReport(fold, {
      metrics: held.metricsOfFold(i, chosen.answers[i] ?? new Float32Array(0)),
      rounds: null,
      stoppingRows: stopping[i]?.rows.stopping ?? 0,
    }),
  );
  const { validation } = recipe;
  const scheme = validation.kind === 'nested' ? validation.outer : validation;
  return {
    validation: validationReport(scheme, reports, null),
    outOfFold: outOfFold(data.table, held.folds, chosen.answers),
  };
}

function infoOf({ kind, members }: Chosen): Record<string, string | number> {
  return {
    ensemble: kind === 'stack' ? 'linear model on the answers' : 'weighted mean',
    ...Object.fromEntries(
      members.map(({ name, weight }, i) => [
        `member ${i + 1}`,
        weight === null ? name : `${name}, ${Math.round(100 * weight)} %`,
      ]),
    ),
  };
}

/** By raw column, the shares of the members that know them, by weight; null when none does. */
function importanceOf(
  fitted: readonly Awaited<ReturnType<typeof fitMember>>[],
  { members }: Chosen,
  names: readonly string[],
): Float64Array | null {
  const sums = new Float64Array(names.length);
  for (const [place, { model, columns }] of fitted.entries()) {
    const { importance } = model;
    const total = importance?.reduce((sum, value) => sum + value, 0) ?? 0;
    if (importance === null || !(total > 0)) continue;
    for (const [i, { feature }] of columns.entries()) {
      const at = names.indexOf(feature);
      if (at >= 0)
        sums[at] = (sums[at] as number) + ((members[place]?.weight ?? 1) * (importance[i] ?? 0)) / total;
    }
  }
  return sums.some((value) => value > 0) ? sums : null;
}
