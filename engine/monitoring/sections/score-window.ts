import type { Signature } from '../../../local-api/contract/index.ts';
import { messageOf } from '../../errors.ts';
import { answersOf } from '../../training/index.ts';
import { columnOf, type Frame } from '../windows/frame.ts';
import { windowColumns } from '../windows/window-source.ts';

/** The model whose answers are looked at. */
export type ScoringModel = { ref: string; signature: Signature; file: Uint8Array };

/** What a model answered to the rows of a frame, and the truth as far as it is known. */
export type ScoredWindow = { rows: number; isKept: boolean } & (
  | {
      task: 'classification';
      classes: readonly string[];
      positive: string | null;
      /** Places in the classes; −1: not known, −2: none of the classes. */
      truth: Int32Array;
      labels: Int32Array;
      /** Row-major [rows, classes]. */
      probabilities: Float32Array;
    }
  /** NaN: not known. */
  | { task: 'number'; truth: Float64Array; values: Float64Array }
);

/**
 * The answers of a model to a window: those that were kept with it, else worked out. Labels that were answered are kept as they
 * were, whatever version gave them. Gives a sentence where it cannot be done.
 * Cost: a run of the model for rows whose answers were not kept.
 */
export async function scoreWindow(
  frame: Frame,
  model: ScoringModel,
  signal: AbortSignal,
): Promise<ScoredWindow | string> {
  const { signature, ref } = model;
  const kept = keptAnswers(frame, signature);
  if (kept !== null) return kept;
  const lacking = signature.inputs.filter(({ name }) => columnOf(frame, name) === undefined);
  if (lacking.length > 0) {
    return `the rows lack what ${ref} asks for: ${lacking.map(({ name }) => name).join(', ')}`;
  }
  try {
    return await computed(frame, model, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    return `${ref} could not answer: ${messageOf(thrown)}`;
  }
}

async function computed(
  frame: Frame,
  { signature, file }: ScoringModel,
  signal: AbortSignal,
): Promise<ScoredWindow> {
  const { rows } = frame;
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const answers = await answersOf(file, signature, frame, all, signal);
  if (answers.task !== 'classification') {
    const values = numbersOf(frame, windowColumns.value) ?? Float64Array.from(answers.values);
    return { rows, isKept: false, task: 'number', truth: truthNumbers(frame), values };
  }
  const classes = signature.classes ?? [];
  return {
    rows,
    isKept: false,
    task: 'classification',
    classes,
    positive: signature.positive,
    truth: codesOf(frame, windowColumns.truth, classes) ?? new Int32Array(rows).fill(-1),
    labels: codesOf(frame, windowColumns.label, classes) ?? answers.labels,
    probabilities: answers.probabilities,
  };
}

/** Null when they are not all there. */
function keptAnswers(frame: Frame, { classes, positive }: Signature): ScoredWindow | null {
  const { rows } = frame;
  if (classes === null) {
    const values = numbersOf(frame, windowColumns.value);
    return values === null
      ? null
      : { rows, isKept: true, task: 'number', truth: truthNumbers(frame), values };
  }
  const labels = codesOf(frame, windowColumns.label, classes);
  const shares = classes.map((name) => numbersOf(frame, windowColumns.probability(name)));
  if (labels === null) return null;
  const probabilities = new Float32Array(rows * classes.length);
  for (const [c, values] of shares.entries()) {
    if (values === null) return null;
    values.forEach((value, row) => {
      probabilities[row * classes.length + c] = value;
    });
  }
  return {
    rows,
    isKept: true,
    task: 'classification',
    classes,
    positive,
    truth: codesOf(frame, windowColumns.truth, classes) ?? new Int32Array(rows).fill(-1),
    labels,
    probabilities,
  };
}

function truthNumbers(frame: Frame): Float64Array {
  return numbersOf(frame, windowColumns.truth) ?? new Float64Array(frame.rows).fill(Number.NaN);
}

function numbersOf(frame: Frame, name: string): Float64Array | null {
  const column = columnOf(frame, name);
  return column === undefined || column.role === 'category' ? null : column.values;
}

/** Places of texts in the classes: −1 for none, −2 for what is no class. */
function codesOf(frame: Frame, name: string, classes: readonly string[]): Int32Array | null {
  const column = columnOf(frame, name);
  if (column === undefined || column.role !== 'category') return null;
  const places = column.categories.map((label) => {
    const place = classes.indexOf(label);
    return place < 0 ? -2 : place;
  });
  return column.codes.map((code) => places[code] ?? -1);
}

/** The rows whose truth is known. */
export function knownRows(window: ScoredWindow): Int32Array {
  const rows: number[] = [];
  if (window.task === 'number') {
    window.truth.forEach((value, row) => {
      if (Number.isFinite(value)) rows.push(row);
    });
  } else {
    window.truth.forEach((code, row) => {
      if (code !== -1) rows.push(row);
    });
  }
  return Int32Array.from(rows);
}

/** Some rows of a window. */
export function pickScored(window: ScoredWindow, rows: Int32Array): ScoredWindow {
  if (window.task === 'number') {
    return {
      ...window,
      rows: rows.length,
      truth: Float64Array.from(rows, (row) => window.truth[row] as number),
      values: Float64Array.from(rows, (row) => window.values[row] as number),
    };
  }
  const k = window.classes.length;
  const probabilities = new Float32Array(rows.length * k);
  rows.forEach((row, i) => {
    probabilities.set(window.probabilities.subarray(row * k, (row + 1) * k), i * k);
  });
  return {
    ...window,
    rows: rows.length,
    truth: Int32Array.from(rows, (row) => window.truth[row] as number),
    labels: Int32Array.from(rows, (row) => window.labels[row] as number),
    probabilities,
  };
}
