import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ExplainRequest,
  Explanation,
  FeatureEffect,
  JointEffect,
  ShapleySummary,
  Signature,
} from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { effectOf, jointEffectOf } from './global/effects.ts';
import { permutationImportance } from './global/permutation-importance.ts';
import type { Truth } from './global/truth.ts';
import { type Contributions, type Explainer, openExplainer } from './model/explainer.ts';
import { cellOf, pickRows, type RowSet } from './model/row-set.ts';
import { type ExplainedRows, evenRows, readExplainedRows } from './read-rows.ts';

export type ExplainJobInput = {
  request: Pick<
    ExplainRequest,
    'rows' | 'reference' | 'repeats' | 'metric' | 'method' | 'effects' | 'pair' | 'seed'
  >;
  file: Uint8Array;
  signature: Signature;
  rows: ExplainedRows & { file: readonly string[] | Uint8Array };
};

export type ExplainJobOutput = Pick<
  Explanation,
  'rows' | 'reference' | 'importance' | 'shapley' | 'effects' | 'joint' | 'notes' | 'seconds'
>;

/** The thread is the job's own; this is how soon a cancel is heard. */
const turnMs = 100;
/** Metrics of more rows get little sharper. */
const importanceRows = 2000;
const effectRows = 300;
const effectsByDefault = 8;
/** Where values are sampled, each row is asked about this often at most, and fewer rows are explained. */
const callsPerRow = 20_000;
const sampledRows = 100;

/**
 * Explains a model file as a whole on rows with or without truth: permutation importance, contributions of single rows, effects
 * of the inputs. Equal input gives equal output, but for the seconds.
 *
 * Errors: `explanations/no-rows`, `models/invalid-onnx`, the reason of the signal.
 */
export async function run(context: JobContext<ExplainJobInput>): Promise<ExplainJobOutput> {
  const started = performance.now();
  const { input, signal, progress, tmpDir } = context;
  const { request, file, signature } = input;
  progress(0.02, 'Reading the rows');
  const rows = input.rows.file;
  const kept = join(tmpDir, 'rows.parquet');
  if (rows instanceof Uint8Array) await writeFile(kept, rows);
  const files = rows instanceof Uint8Array ? [kept] : rows;
  const { all, truth } = await readExplainedRows({ ...input.rows, files }, signature, signal);
  const reference = pickRows(all, evenRows(all.n, request.reference));
  const explainer = await openExplainer({
    file,
    signature,
    reference,
    turn: { ms: turnMs, signal },
    keep: false,
    callsPerRow,
  });
  try {
    const importance = await importanceOf(context, explainer, all, truth);
    const { shapley, notes, rows } = await contributionsOf(context, explainer, all);
    const order = importance?.features.map(({ name }) => name) ?? byContribution(shapley);
    const { effects, joint } = await effectsOf(context, explainer, all, order);
    return {
      rows,
      reference: { source: input.rows.source, rows: reference.n },
      importance,
      shapley,
      effects,
      joint,
      notes,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await explainer.release();
  }
}

type Context = JobContext<ExplainJobInput>;

async function importanceOf(
  { input, progress }: Context,
  explainer: Explainer,
  all: RowSet,
  truth: Truth | null,
) {
  if (truth === null) return null;
  const { signature, request } = input;
  const some = evenRows(all.n, importanceRows);
  return permutationImportance({
    signature,
    rows: pickRows(all, some),
    truth:
      truth instanceof Int32Array
        ? some.map((row) => truth[row] as number)
        : Float64Array.from(some, (row) => truth[row] as number),
    metric: request.metric ?? (signature.classes === null ? 'rmse' : 'log_loss'),
    repeats: request.repeats,
    seed: request.seed,
    answers: (set) => explainer.scorer.answers(set),
    progress: (done, of) => progress(0.05 + (0.3 * done) / of, 'Shuffling one input at a time'),
  });
}

async function contributionsOf({ input, progress }: Context, explainer: Explainer, all: RowSet) {
  const { request, signature } = input;
  const isExact = await explainer.isExact(request.method);
  const some = evenRows(all.n, isExact ? request.rows : Math.min(request.rows, sampledRows));
  const rows = pickRows(all, some);
  const callsBefore = explainer.scorer.calls();
  const made = await explainer.explain(rows, {
    method: request.method,
    scale: 'auto',
    sampling: { tolerance: 0.05, seed: request.seed },
    progress: (done, of) => progress(0.35 + (0.35 * done) / of, 'Adding up contributions'),
  });
  const notes = [...made.notes];
  if (some.length < Math.min(request.rows, all.n))
    notes.push(
      `Contributions are of ${some.length} rows: the model has to be asked about each of them many times.`,
    );
  const unsure = made.isConverged.filter((is) => !is).length;
  if (unsure > 0) notes.push(`${unsure} rows keep standard errors above 5 % of their largest contribution.`);
  const shapley = summaryOf(made, rows, signature, explainer.scorer.calls() - callsBefore);
  return { shapley, notes, rows: rows.n };
}

function summaryOf(
  made: Contributions,
  rows: RowSet,
  { inputs, classes }: Signature,
  modelCalls: number,
): ShapleySummary {
  const { outputs, values, base, standardErrors, method, scale } = made;
  const at = (row: number, p: number, c: number) => (row * inputs.length + p) * outputs + c;
  return {
    method,
    scale,
    inputs: inputs.map(({ name }) => name),
    cells: inputs.map((input) =>
      Array.from({ length: rows.n }, (_, row) => cellOf(input, rows.feeds[input.name], row)),
    ),
    outputs: (classes ?? [null]).map((output, c) => {
      const contributions = inputs.map((_, p) =>
        Array.from({ length: rows.n }, (_, row) => rounded(values[at(row, p, c)] as number)),
      );
      return {
        output,
        base: base[c] as number,
        meanAbs: contributions.map((own) => own.reduce((sum, value) => sum + Math.abs(value), 0) / rows.n),
        contributions,
      };
    }),
    largestError: standardErrors === null ? null : standardErrors.reduce((a, b) => Math.max(a, b), 0),
    modelCalls,
  };
}

/** Seven digits are more than float32 models tell, and half the bytes. */
const rounded = (value: number) => Number(value.toPrecision(7));

function byContribution({ inputs, outputs }: ShapleySummary): string[] {
  const total = (p: number) => outputs.reduce((sum, { meanAbs }) => sum + (meanAbs[p] as number), 0);
  return inputs
    .map((name, p) => ({ name, size: total(p) }))
    .sort((a, b) => b.size - a.size)
    .map(({ name }) => name);
}

async function effectsOf(
  { input, progress }: Context,
  explainer: Explainer,
  all: RowSet,
  order: readonly string[],
) {
  const { request, signature } = input;
  const find = (name: string | undefined) => signature.inputs.find((known) => known.name === name);
  const rows = pickRows(all, evenRows(all.n, effectRows));
  const ask = { signature, rows, answers: (set: RowSet) => explainer.scorer.answers(set) };
  const effects: FeatureEffect[] = [];
  const wanted = request.effects ?? order.slice(0, effectsByDefault);
  for (const [i, name] of wanted.entries()) {
    progress(0.7 + (0.2 * i) / wanted.length, `The effect of ${name}`);
    const found = find(name);
    const effect = found === undefined ? null : await effectOf(found, ask);
    if (effect !== null) effects.push(effect);
  }
  const [a, b] = (request.pair ?? order.slice(0, 2)).map(find);
  progress(0.9, 'The effect of two inputs together');
  const joint: JointEffect | null = a && b ? await jointEffectOf(a, b, ask) : null;
  return { effects, joint };
}
