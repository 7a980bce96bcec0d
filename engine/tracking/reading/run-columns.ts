import { type Reader, type Sql, sqlText } from '../../store/index.ts';

/** The runs that a reading is about, oldest key first; columns of equal length. */
export type RunSet = { pks: Int32Array; startedAtMs: Float64Array; at(pk: number): number };

/** A column of texts or numbers with few different values: `codes[i]` is the place of the value of run i in `labels`. */
export type CodedColumn = { codes: Int32Array; labels: (string | number | null)[] };

/** Below this part of the widest possible, rows are found one by one instead of reading the whole index of a key. */
const fewPart = 0.2;

/** Reads the keys of all runs that a condition leaves. Cost: about 20 ms at 100,000. */
export function readRunSet({ sqlite, db }: Reader, condition: Sql): RunSet {
  const { text, parameters } = sqlText(db, condition);
  const rows = sqlite
    .prepare<unknown[], [number, number]>(`SELECT runs.pk, runs.started_at_ms FROM runs WHERE ${text}`)
    .raw()
    .all(...parameters) as [number, number][];
  const isInOrder = rows.every(([pk], i) => i === 0 || pk > ((rows[i - 1] as [number, number])[0] as number));
  if (!isInOrder) rows.sort((a, b) => a[0] - b[0]);
  const pks = new Int32Array(rows.length);
  const startedAtMs = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    [pks[i], startedAtMs[i]] = rows[i] as [number, number];
  }
  const places = new Int32Array((pks.at(-1) ?? 0) + 1).fill(-1);
  for (let i = 0; i < pks.length; i += 1) places[pks[i] as number] = i;
  return { pks, startedAtMs, at: (pk) => places[pk] ?? -1 };
}

function isFew({ sqlite }: Reader, { pks }: RunSet): boolean {
  const newest = sqlite.prepare<[], number>('SELECT max(pk) FROM runs').pluck().get() ?? 0;
  return pks.length < newest * fewPart;
}

function json(pks: Int32Array): string {
  return `[${pks.join(',')}]`;
}

function keyIdOf({ sqlite }: Reader, key: string): number | null {
  return sqlite.prepare<[string], number>('SELECT id FROM keys WHERE name = ?').pluck().get(key) ?? null;
}

/** The values of a param or tag. Cost: one pass over the index of the key, or a seek a run where they are few. */
export function readKeyColumn(
  reader: Reader,
  runs: RunSet,
  family: 'params' | 'tags',
  key: string,
): CodedColumn {
  const { sqlite } = reader;
  const table = family === 'params' ? 'run_params' : 'run_tags';
  const labels: CodedColumn['labels'] = [null];
  const codes = new Int32Array(runs.pks.length);
  const keyId = keyIdOf(reader, key);
  if (keyId === null) return { codes, labels };
  if (isFew(reader, runs)) {
    const code = coder(labels);
    const rows = sqlite
      .prepare<unknown[], [number, string]>(
        `SELECT entry.run_pk, entry.value FROM json_each(?) AS run
         CROSS JOIN ${table} AS entry ON entry.run_pk = run.value AND entry.key_id = ?`,
      )
      .raw()
      .all(json(runs.pks), keyId) as [number, string][];
    for (const [pk, value] of rows) codes[runs.at(pk)] = code(value);
    return { codes, labels };
  }
  // The index is ordered by value and run: the sizes of the values cut the one list of runs into theirs.
  const index = `${table} WHERE key_id = ?`;
  const sizes = sqlite
    .prepare<unknown[], [string, number]>(
      `SELECT value, count(*) FROM ${index} GROUP BY value ORDER BY value`,
    )
    .raw()
    .all(keyId) as [string, number][];
  const pks = sqlite
    .prepare<unknown[], number>(`SELECT run_pk FROM ${index} ORDER BY value, run_pk`)
    .pluck()
    .all(keyId);
  let from = 0;
  for (const [value, size] of sizes) {
    const code = labels.push(value) - 1;
    for (let i = from; i < from + size; i += 1) {
      const place = runs.at(pks[i] as number);
      if (place >= 0) codes[place] = code;
    }
    from += size;
  }
  return { codes, labels };
}

/** The values of a column of the runs. Cost: a read of each run. */
export function readAttributeColumn(
  { sqlite, db }: Reader,
  runs: RunSet,
  column: Sql,
  isId: boolean,
): CodedColumn {
  const { text, parameters } = sqlText(db, column);
  const labels: CodedColumn['labels'] = [null];
  const codes = new Int32Array(runs.pks.length);
  const code = coder(labels);
  const rows = sqlite
    .prepare<unknown[], [number, string | number | null]>(
      `SELECT runs.pk, ${text} FROM json_each(?) AS run CROSS JOIN runs ON runs.pk = run.value`,
    )
    .raw()
    .all(...parameters, json(runs.pks)) as [number, string | number | null][];
  for (const [pk, value] of rows) {
    if (value !== null) codes[runs.at(pk)] = code(isId ? String(value) : value);
  }
  return { codes, labels };
}

function coder(labels: CodedColumn['labels']): (value: string | number) => number {
  const known = new Map<string | number, number>();
  return (value) => {
    const found = known.get(value) ?? labels.push(value) - 1;
    known.set(value, found);
    return found;
  };
}

/** The last values of a metric, rising, equal ones by age of the run; `nans` are the runs whose value is NaN. */
export type MetricColumn = { places: Int32Array; values: Float64Array; nans: Int32Array };

/** Cost: one pass over the index of the key, about 20 ms at 100,000 runs; or a seek a run where they are few. */
export function readMetricColumn(reader: Reader, runs: RunSet, key: string): MetricColumn {
  const { sqlite } = reader;
  const keyId = keyIdOf(reader, key);
  if (keyId === null)
    return { places: new Int32Array(0), values: new Float64Array(0), nans: new Int32Array(0) };
  const few = isFew(reader, runs);
  const from = few
    ? 'json_each(?) AS run CROSS JOIN metric_latest AS entry ON entry.run_pk = run.value'
    : 'metric_latest AS entry';
  const read = (isNan: 0 | 1) =>
    sqlite
      .prepare<unknown[], [number, number]>(
        `SELECT entry.run_pk, entry.value FROM ${from} WHERE entry.key_id = ? AND entry.is_nan = ${isNan}
         ORDER BY entry.value, entry.run_pk`,
      )
      .raw()
      .all(...(few ? [json(runs.pks)] : []), keyId) as [number, number][];
  const rows = read(0);
  const places = new Int32Array(rows.length);
  const values = new Float64Array(rows.length);
  let size = 0;
  for (const [pk, value] of rows) {
    const place = runs.at(pk);
    if (place < 0) continue;
    places[size] = place;
    values[size] = value;
    size += 1;
  }
  const nans = read(1).flatMap(([pk]) => (runs.at(pk) < 0 ? [] : [runs.at(pk)]));
  return { places: places.subarray(0, size), values: values.subarray(0, size), nans: Int32Array.from(nans) };
}
