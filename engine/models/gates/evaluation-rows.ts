import type { Signature } from '../../../local-api/contract/index.ts';
import { answersOf, readTable, type TableColumnRequest, type TrainingTable } from '../../training/index.ts';
import type { ScoredRows } from './row-metrics.ts';

/** More rows would make a metric no sharper than anybody can tell, and resampling slow. */
const MOST_ROWS = 20_000;

const roles = {
  integer: 'number',
  float: 'number',
  boolean: 'boolean',
  string: 'category',
  datetime: 'datetime',
  date: 'datetime',
} as const satisfies Record<TableColumnRequest['type'], TableColumnRequest['role']>;

/** Rows with their truth that models are held against. */
export type EvaluationRows = {
  files: readonly string[];
  targetSql: string;
  where?: string;
  signal: AbortSignal;
};

/** Reads the inputs of these models and the truth: at most 20,000 rows, at equal distances. */
export async function readEvaluationRows(
  { files, targetSql, where, signal }: EvaluationRows,
  signatures: readonly Signature[],
): Promise<TrainingTable> {
  const columns = new Map<string, TableColumnRequest>();
  for (const { name, type, nullable } of signatures.flatMap(({ inputs }) => inputs)) {
    if (!columns.has(name)) columns.set(name, { name, type, nullable, role: roles[type] });
  }
  return readTable({
    files,
    columns: [...columns.values()],
    targetSql,
    task: signatures[0]?.task ?? 'classification',
    rows: { limit: MOST_ROWS, sample: 'even', ...(where === undefined ? {} : { where }) },
    memoryMb: 512,
    signal,
  });
}

/**
 * What a model answers to the rows, beside the truth. Classes are in the order of `classes`, whatever that of the model.
 * Rows whose truth is no class of the model count as wrong: their truth is −1.
 */
export async function scoreRows(
  model: Uint8Array,
  signature: Signature,
  table: TrainingTable,
  classes: readonly string[],
  signal: AbortSignal,
): Promise<ScoredRows> {
  const rows = Int32Array.from({ length: table.rows }, (_, i) => i);
  const answers = await answersOf(model, signature, table, rows, signal);
  if (answers.task !== 'classification' || table.target.task !== 'classification') {
    if (answers.task === 'classification' || table.target.task === 'classification')
      throw new RangeError('the answers are of another task than the truth');
    return { task: answers.task, truth: table.target.values, values: answers.values };
  }
  const place = new Map(classes.map((name, index) => [name, index]));
  const own = (signature.classes ?? []).map((name) => place.get(name) ?? -1);
  const truths = table.target.classes.map((name) => place.get(name) ?? -1);
  const k = classes.length;
  const probabilities = new Float32Array(table.rows * k);
  for (let row = 0; row < table.rows; row++) {
    own.forEach((c, from) => {
      if (c >= 0) probabilities[row * k + c] = answers.probabilities[row * own.length + from] as number;
    });
  }
  return {
    task: 'classification',
    classes,
    positive: signature.positive,
    truth: table.target.codes.map((code) => truths[code] ?? -1),
    labels: answers.labels.map((code) => own[code] ?? -1),
    probabilities,
  };
}

/** Whether answers of one model can be held against the truth of another's rows, and if not, why. */
export function whyNotComparable(a: Signature, b: Signature): string | null {
  if (a.task !== b.task) return `one does ${a.task}, the other ${b.task}`;
  const names = ({ classes }: Signature) => [...(classes ?? [])].sort().join('\n');
  if (names(a) !== names(b)) return 'they tell other classes apart';
  return a.positive === b.positive ? null : 'their positive classes differ';
}
