import type { Cell, Gate, Signature } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier, quoteText, withDuckDb } from '../../duckdb/index.ts';
import { createSession } from '../../onnx/index.ts';
import { encodeRequest, exampleRow, newPace, runBatches } from '../../serving/index.ts';
import { judged, number, type Verdict } from './verdict.ts';

type GateOf<K extends Gate['kind']> = Extract<Gate, { kind: K }>;
type Row = Record<string, Cell>;

const WARM_UPS = 20;
const PREDICTIONS = 300;
/** A slow model is measured for so long at most. */
const LONGEST_MS = 20_000;

export type Latency = { p50Ms: number; p95Ms: number; predictions: number };

/**
 * How long a prediction of one row takes, from the values of the row to the answer: what a caller waits for beyond HTTP.
 * 300 predictions after 20 that warm up; fewer of a slow model.
 */
export async function measureLatency(
  model: Uint8Array,
  signature: Signature,
  signal: AbortSignal,
): Promise<Latency> {
  const session = await createSession(model);
  try {
    const times: number[] = [];
    const until = performance.now() + LONGEST_MS;
    for (let n = 0; n < WARM_UPS + PREDICTIONS && (performance.now() < until || times.length === 0); n++) {
      signal.throwIfAborted();
      const startedAt = performance.now();
      const encoded = await encodeRequest(signature, { rows: [exampleRow(signature, n)] });
      await runBatches(session, signature, encoded, newPace());
      if (n >= WARM_UPS || performance.now() >= until) times.push(performance.now() - startedAt);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)] ?? 0;
    return { p50Ms: at(0.5), p95Ms: at(0.95), predictions: times.length };
  } finally {
    await session.release();
  }
}

export function judgeLatency({ p50Ms, p95Ms }: GateOf<'latency'>, found: Latency): Verdict {
  const limit = [
    ...(p50Ms === undefined ? [] : [`half within ${number(p50Ms)} ms`]),
    ...(p95Ms === undefined ? [] : [`95 % within ${number(p95Ms)} ms`]),
  ].join(', ');
  const isFine =
    (p50Ms === undefined || found.p50Ms <= p50Ms) && (p95Ms === undefined || found.p95Ms <= p95Ms);
  const measured = `${number(found.p50Ms)} / ${number(found.p95Ms)} ms`;
  const reason = `Of ${found.predictions} predictions of one row, half took ${number(found.p50Ms)} ms at most, 95 % ${number(found.p95Ms)} ms.`;
  return judged(isFine, measured, limit, reason);
}

/** Judges whether test rows, sent as a caller sends them, get the answers that the training kept. */
export async function judgeGolden(
  { rows: wanted, tolerance }: GateOf<'golden'>,
  model: Uint8Array,
  signature: Signature,
  path: string,
): Promise<Verdict> {
  const { rows, kept } = await readGolden(path, signature, wanted);
  const session = await createSession(model);
  try {
    const encoded = await encodeRequest(signature, { rows });
    const answers = await runBatches(session, signature, encoded, newPace());
    const found = answers.value?.map((value) => [value]) ?? answers.probabilities ?? [];
    let largest = 0;
    kept.forEach((expected, row) => {
      expected.forEach((value, i) => {
        const away = Math.abs(value - (found[row]?.[i] ?? Number.NaN)) / Math.max(1, Math.abs(value));
        largest = Number.isNaN(away) ? Number.POSITIVE_INFINITY : Math.max(largest, away);
      });
    });
    const measured = Number.isFinite(largest) ? `${number(largest)} apart` : 'no number';
    const reason = `${rows.length} test rows differ from the answers kept by ${measured.replace(' apart', '')} at most.`;
    return judged(largest <= tolerance, measured, `at most ${number(tolerance)} apart`, reason);
  } finally {
    await session.release();
  }
}

async function readGolden(path: string, signature: Signature, wanted: number) {
  const { inputs, classes } = signature;
  const answers =
    classes === null ? ['"assay.value"'] : classes.map((name) => quoteIdentifier(`assay.p.${name}`));
  return withDuckDb({ readable: [path], folders: [], memoryMb: 256 }, async (db: DuckDb) => {
    const columns = [...inputs.map(cellSql), ...answers.map((name) => `${name}::DOUBLE`)];
    const read = await db.rows(
      `SELECT ${columns.join(', ')} FROM read_parquet(${quoteText(path)}) LIMIT ${wanted}`,
    );
    const rows = read.map(
      (values): Row => Object.fromEntries(inputs.map(({ name }, i) => [name, cellOf(values[i])])),
    );
    const kept = read.map((values) => values.slice(inputs.length).map(Number));
    return { rows, kept };
  });
}

/** Integers as text, which has all their digits; moments as milliseconds. */
function cellSql({ name, type }: Signature['inputs'][number]): string {
  const column = quoteIdentifier(name);
  if (type === 'datetime' || type === 'date')
    return `CASE WHEN isfinite(${column}::TIMESTAMP) THEN epoch_ms(${column}::TIMESTAMP)::DOUBLE END`;
  if (type === 'float') return `CASE WHEN isfinite(${column}::DOUBLE) THEN ${column}::DOUBLE END`;
  return type === 'integer'
    ? `CASE WHEN abs(${column}::HUGEINT) < 9007199254740992 THEN ${column}::DOUBLE END`
    : column;
}

function cellOf(value: unknown): Cell {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
