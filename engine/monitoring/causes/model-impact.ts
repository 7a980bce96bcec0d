import { seededRandom, shuffle } from '../../statistics/index.ts';
import { answersOf, type TableColumn } from '../../training/index.ts';
import type { ScoringModel } from '../sections/score-window.ts';
import { columnOf, type Frame } from '../windows/frame.ts';

/** Rows whose answers are looked at, with one input after the other shuffled. */
const ROWS = 400;
const MOST_CELLS = 200_000;

/**
 * How much each input moves the answers of a model: the mean change of the answer (probabilities, or the number) when the input alone
 * is shuffled among rows of the reference; as shares of all inputs together. It needs no truth and holds for any model. Same
 * frame and seed, same answer. Cost: (inputs + 1) × 400 rows through the model.
 */
export async function answerImportances(
  frame: Frame,
  { signature, file }: ScoringModel,
  { seed, signal }: { seed: number; signal: AbortSignal },
): Promise<Map<string, number> | null> {
  const { inputs } = signature;
  const columns = inputs.map(({ name }) => columnOf(frame, name));
  if (columns.some((column) => column === undefined) || frame.rows < 20) return null;
  const random = seededRandom(seed, 'drift/importances');
  const count = Math.max(20, Math.min(ROWS, frame.rows, Math.floor(MOST_CELLS / (inputs.length + 1))));
  const all = Int32Array.from({ length: frame.rows }, (_, row) => row);
  shuffle(all, random);
  const rows = all.slice(0, count);
  const other = rows.slice();
  shuffle(other, random);
  // One long table: the rows as they are, then once more for each input, which alone comes from other rows.
  const stacked = columns.flatMap((column, i): TableColumn[] => {
    if (column === undefined) return [];
    const picks = new Int32Array(count * (inputs.length + 1));
    for (let block = 0; block <= inputs.length; block++)
      picks.set(block === i + 1 ? other : rows, block * count);
    return [
      column.role === 'category'
        ? { ...column, codes: Int32Array.from(picks, (row) => column.codes[row] as number) }
        : { ...column, values: Float64Array.from(picks, (row) => column.values[row] as number) },
    ];
  });
  const length = count * (inputs.length + 1);
  const answers = await answersOf(
    file,
    signature,
    { columns: stacked },
    Int32Array.from({ length }, (_, row) => row),
    signal,
  );
  const width = answers.task === 'classification' ? (signature.classes?.length ?? 1) : 1;
  const values = answers.task === 'classification' ? answers.probabilities : answers.values;
  const moved = inputs.map((_, i) => {
    let sum = 0;
    for (let at = 0; at < count * width; at++) {
      sum += Math.abs((values[(i + 1) * count * width + at] as number) - (values[at] as number));
    }
    return sum;
  });
  const total = moved.reduce((sum, one) => sum + one, 0);
  return new Map(inputs.map(({ name }, i) => [name, total > 0 ? (moved[i] as number) / total : 0]));
}
