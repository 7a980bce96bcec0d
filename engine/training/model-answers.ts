import type { Recipe, Signature } from '../../local-api/contract/index.ts';
import { createSession, outputNames } from '../onnx/index.ts';
import type { ScoredRows } from './evaluation/scored-rows.ts';
import type { TrainingTable } from './table.ts';
import { tableFeeds } from './table-feeds.ts';

/** Rows a run of the model. */
const BATCH_ROWS = 8192;

/** What the finished model file says of some rows. */
export type ModelAnswers =
  | { task: 'classification'; labels: Int32Array; probabilities: Float32Array }
  | { task: 'regression' | 'ranking'; values: Float32Array };

/** Lets ONNX Runtime answer rows of a table with a finished model file. Throws the reason of `signal` between batches. */
export async function answersOf(
  model: Uint8Array,
  signature: Signature,
  table: Pick<TrainingTable, 'columns'>,
  rows: Int32Array,
  signal: AbortSignal,
): Promise<ModelAnswers> {
  const session = await createSession(model);
  const names = outputNames(signature.inputs);
  const classes = signature.classes ?? [];
  const codes = new Map(classes.map((name, code) => [name, code]));
  const labels = new Int32Array(rows.length);
  const numbers = new Float32Array(rows.length * Math.max(1, classes.length));
  try {
    for (let start = 0; start < rows.length; start += BATCH_ROWS) {
      signal.throwIfAborted();
      const end = Math.min(start + BATCH_ROWS, rows.length);
      const outputs = await session.run(tableFeeds(signature.inputs, table, rows, start, end));
      if (signature.classes === null) {
        numbers.set(outputs.float32(names.value), start);
      } else {
        numbers.set(outputs.float32(names.probabilities), start * classes.length);
        outputs.strings(names.label).forEach((label, i) => {
          labels[start + i] = codes.get(label) ?? -1;
        });
      }
    }
  } finally {
    await session.release();
  }
  return signature.classes === null
    ? { task: signature.task === 'ranking' ? 'ranking' : 'regression', values: numbers }
    : { task: 'classification', labels, probabilities: numbers };
}

/** Answers beside the truth of the same rows. */
export function scoredRows(
  answers: ModelAnswers,
  { positive }: Pick<Signature, 'positive'>,
  table: TrainingTable,
  rows: Int32Array,
  { trainer }: Pick<Recipe, 'trainer'>,
): ScoredRows {
  const { target } = table;
  if (answers.task === 'classification' && target.task === 'classification') {
    const truth = Int32Array.from(rows, (row) => target.codes[row] as number);
    return { ...answers, classes: target.classes, positive, truth };
  }
  if (answers.task === 'regression' && target.task === 'regression') {
    const truth = Float64Array.from(rows, (row) => target.values[row] as number);
    return { task: 'regression', values: answers.values, truth, ...lossOf(trainer) };
  }
  if (answers.task === 'ranking' && target.task === 'ranking') {
    const truth = Float64Array.from(rows, (row) => target.values[row] as number);
    const queries = Int32Array.from(rows, (row) => target.queries[row] as number);
    return { task: 'ranking', values: answers.values, truth, queries, queryNames: target.queryNames };
  }
  throw new RangeError('the answers are of another task than the table');
}

/** What the loss of a trainer says about how its numbers are to be scored. */
function lossOf(trainer: Recipe['trainer']): { quantile: number | null; variancePower: number | null } {
  const loss = 'loss' in trainer ? trainer.loss : null;
  const tweedie = 'tweediePower' in trainer ? trainer.tweediePower : null;
  return {
    quantile: loss === 'quantile' && 'quantile' in trainer ? trainer.quantile : null,
    variancePower: loss === 'poisson' ? 1 : loss === 'gamma' ? 2 : loss === 'tweedie' ? tweedie : null,
  };
}

/** Numbers of a pipeline as what its model file would say, labels included. */
export function modelAnswers(
  answers: Float32Array,
  { target }: TrainingTable,
  { positive }: Pick<Signature, 'positive'>,
  threshold = 0.5,
): ModelAnswers {
  if (target.task !== 'classification') return { task: target.task, values: answers };
  const k = target.classes.length;
  const positiveIndex = positive === null ? -1 : target.classes.indexOf(positive);
  const labels = Int32Array.from({ length: answers.length / k }, (_, i) => {
    const row = answers.subarray(i * k, (i + 1) * k);
    if (positiveIndex < 0) return row.indexOf(row.reduce((best, p) => Math.max(best, p)));
    return (row[positiveIndex] as number) >= threshold ? positiveIndex : 1 - positiveIndex;
  });
  return { task: 'classification', labels, probabilities: answers };
}
