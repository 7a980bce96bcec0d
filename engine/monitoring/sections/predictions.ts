import type { PredictionDrift, TargetDrift } from '../../../local-api/contract/index.ts';
import type { ColumnSettings } from '../compare-columns.ts';
import { columnOf, type Frame } from '../windows/frame.ts';
import { windowColumns } from '../windows/window-source.ts';
import { compareLoose, type LooseColumn } from './loose-columns.ts';
import type { ScoredWindow } from './score-window.ts';

/** Classes whose probabilities are compared one by one. */
const MOST_CLASSES = 10;
const FEWEST_VALUES = 5;

/** Compares what the model answered: labels and probabilities, or numbers. */
export function predictionDrift(
  reference: ScoredWindow | null,
  current: ScoredWindow | null,
  why: string,
  settings: ColumnSettings,
): PredictionDrift {
  if (reference === null || current === null) return { status: 'skipped', reason: why };
  const columns = compareLoose(answerColumns(reference, current), settings);
  const drifted = columns.filter((column) => column.drifted);
  const source = reference.isKept === current.isKept ? (reference.isKept ? 'kept' : 'computed') : 'both';
  return {
    status: 'done',
    drifted: drifted.length > 0,
    finding:
      drifted.length > 0
        ? `The answers of the model changed: ${drifted.map(({ name }) => name).join(', ')}.`
        : 'The model answers as it did on the reference.',
    columns,
    source,
  };
}

function answerColumns(reference: ScoredWindow, current: ScoredWindow): LooseColumn[] {
  if (reference.task === 'number' || current.task === 'number') {
    if (reference.task !== 'number' || current.task !== 'number') return [];
    return [
      { name: 'predicted value', kind: 'number', reference: reference.values, current: current.values },
    ];
  }
  const { classes, positive } = reference;
  const labels = (window: typeof reference) => Array.from(window.labels, (code) => classes[code] ?? null);
  const chances = (window: typeof reference, c: number) =>
    Float64Array.from(
      { length: window.rows },
      (_, row) => window.probabilities[row * classes.length + c] as number,
    );
  const shown = positive === null ? classes.slice(0, MOST_CLASSES) : [positive];
  return [
    { name: 'predicted label', kind: 'category', reference: labels(reference), current: labels(current) },
    ...shown.map((name): LooseColumn => {
      const c = classes.indexOf(name);
      return {
        name: `probability of ${name}`,
        kind: 'number',
        reference: chances(reference, c),
        current: chances(current, c),
      };
    }),
  ];
}

/** Compares the truth. */
export function targetDrift(
  reference: Frame,
  current: Frame,
  settings: ColumnSettings,
  name: string | null,
): TargetDrift {
  const a = columnOf(reference, windowColumns.truth);
  const b = columnOf(current, windowColumns.truth);
  const known = (column: typeof a) =>
    column === undefined
      ? 0
      : column.role === 'category'
        ? column.codes.filter((code) => code >= 0).length
        : column.values.filter((value) => !Number.isNaN(value)).length;
  const counts = [known(a), known(b)];
  if (a === undefined || b === undefined || counts.some((count) => count < FEWEST_VALUES)) {
    const side = counts[0] !== undefined && counts[0] < FEWEST_VALUES ? 'reference' : 'current data';
    const hint = name === null ? 'Name the target column, or a model.' : 'Collect labels to see it.';
    return { status: 'skipped', reason: `The truth is not known in the ${side}. ${hint}` };
  }
  const column = looseOf(name ?? 'target', a, b);
  if (column === null) {
    return { status: 'skipped', reason: 'The truth is a number on one side and a text on the other.' };
  }
  const [compared] = compareLoose([column], settings);
  if (compared === undefined) return { status: 'skipped', reason: 'The truth could not be compared.' };
  return { status: 'done', drifted: compared.drifted, finding: compared.reason, column: compared };
}

type TruthColumn = NonNullable<ReturnType<typeof columnOf>>;

function looseOf(name: string, a: TruthColumn, b: TruthColumn): LooseColumn | null {
  if (a.role === 'category' && b.role === 'category') {
    // Not known is not missing: what counts is the truth as far as it is known.
    const texts = ({ codes, categories }: typeof a) =>
      Array.from(codes, (code) => categories[code]).filter((text) => text !== undefined);
    return { name, kind: 'category', reference: texts(a), current: texts(b) };
  }
  if (a.role !== 'category' && b.role !== 'category') {
    const known = (values: Float64Array) => values.filter((value) => !Number.isNaN(value));
    return { name, kind: 'number', reference: known(a.values), current: known(b.values) };
  }
  return null;
}
