import type { Cell, Signature } from '../../../local-api/contract/index.ts';
import { type Feed, missingDatetime, type TensorData } from '../../onnx/index.ts';

type Input = Signature['inputs'][number];

/** Rows as a model takes them: a tensor an input, `[n]` each. */
export type RowSet = { n: number; feeds: Readonly<Record<string, Feed>> };

/** A row of the result, an entry of `indices`: which row of the set it is. */
export function pickRows({ feeds }: RowSet, indices: Int32Array): RowSet {
  return mapFeeds(feeds, indices.length, (data, _, at) => data[indices[at] as number]);
}

/** The set with the cells of one input taken from another set: row i from its row `indices[i]`. */
export function replaceInput(set: RowSet, name: string, from: RowSet, indices: Int32Array): RowSet {
  const other = pickRows(from, indices).feeds[name];
  return other === undefined ? set : { n: set.n, feeds: { ...set.feeds, [name]: other } };
}

/** Sets one after the other. */
export function joinRows(sets: readonly RowSet[]): RowSet {
  const [first] = sets;
  if (first === undefined) throw new RangeError('there are no rows to join');
  const starts: { set: RowSet; row: number }[] = sets.flatMap((set) =>
    Array.from({ length: set.n }, (_, row) => ({ set, row })),
  );
  return mapFeeds(first.feeds, starts.length, (_, name, at) => {
    const { set, row } = starts[at] as { set: RowSet; row: number };
    return set.feeds[name]?.data[row];
  });
}

/** Which cells of a row are kept (1) and which come from reference rows; one entry an input. */
export type Coalition = Uint8Array;

/**
 * Mixtures of one row and reference rows: row i of the result has the cells of `row` where `coalitions[which[i]]` is 1, and else
 * those of reference row `references[i]`.
 */
export function mixRows(options: {
  inputs: readonly Input[];
  rows: RowSet;
  row: number;
  reference: RowSet;
  coalitions: readonly Coalition[];
  which: Int32Array;
  references: Int32Array;
}): RowSet {
  const { inputs, rows, row, reference, coalitions, which, references } = options;
  const place = new Map(inputs.map(({ name }, j) => [name, j]));
  return mapFeeds(rows.feeds, which.length, (data, name, at) => {
    const isKept = coalitions[which[at] as number]?.[place.get(name) ?? -1] === 1;
    return isKept ? data[row] : reference.feeds[name]?.data[references[at] as number];
  });
}

type Element = TensorData[number] | undefined;

function mapFeeds(
  feeds: Readonly<Record<string, Feed>>,
  n: number,
  at: (data: TensorData, name: string, row: number) => Element,
): RowSet {
  const made = Object.entries(feeds).map(([name, { type, data }]) => [
    name,
    { type, data: mapData(data, n, (row) => at(data, name, row)), dims: [n] },
  ]);
  return { n, feeds: Object.fromEntries(made) };
}

function mapData(data: TensorData, n: number, at: (row: number) => Element): TensorData {
  if (data instanceof BigInt64Array) {
    const made = new BigInt64Array(n);
    for (let row = 0; row < n; row++) made[row] = at(row) as bigint;
    return made;
  }
  if (ArrayBuffer.isView(data)) {
    const made = new (data.constructor as Float64ArrayConstructor)(n);
    for (let row = 0; row < n; row++) made[row] = at(row) as number;
    return made;
  }
  return Array.from({ length: n }, (_, row) => at(row) as string);
}

/** A cell as it travels in JSON; null is missing. */
export function cellOf({ type }: Input, feed: Feed | undefined, row: number): Cell {
  const value = feed?.data[row];
  if (value === undefined || value === '') return null;
  if (typeof value === 'bigint') {
    if (type !== 'date' && type !== 'datetime') return Number(value);
    if (value === missingDatetime) return null;
    const text = new Date(Number(value)).toISOString();
    return type === 'date' ? text.slice(0, 10) : text;
  }
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return null;
    return type === 'boolean' ? value === 1 : value;
  }
  return value;
}
