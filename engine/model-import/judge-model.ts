import type { Cell, Problem, Signature } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { OnnxSession } from '../onnx/index.ts';
import { encodeRequest, newPace, runBatches } from '../serving/index.ts';
import { probeRows } from './probe-rows.ts';

type Answers = Awaited<ReturnType<typeof runBatches>>;

async function answer(
  session: OnnxSession,
  signature: Signature,
  rows: Record<string, Cell>[],
): Promise<Answers> {
  return runBatches(session, signature, await encodeRequest(signature, { rows }), newPace());
}

/** Adds a problem when rows together are answered otherwise than one by one, or not at all. */
export async function refuseFixedRows(
  session: OnnxSession,
  signature: Signature,
  problems: Problem[],
): Promise<void> {
  const rows = probeRows(signature.inputs);
  const together = numbersOf(await answer(session, signature, rows));
  const message =
    'The model answers a row otherwise when others come with it, or fails: export it with an open number of rows (dynamic batch size)';
  try {
    for (const [i, row] of rows.entries()) {
      const alone = numbersOf(await answer(session, signature, [row]));
      if (isNear(alone[0] ?? [], together[i] ?? [])) continue;
      problems.push({ path: '/file', message });
      return;
    }
  } catch (thrown) {
    problems.push({ path: '/file', message: `${message}. ${messageOf(thrown)}` });
  }
}

/** Sums of floats come out a little otherwise in another order. */
function isNear(a: readonly number[], b: readonly number[]): boolean {
  return (
    a.length === b.length &&
    a.every((value, i) => {
      const other = b[i] ?? Number.NaN;
      return Object.is(value, other) || Math.abs(value - other) <= 1e-4 * (1 + Math.abs(other));
    })
  );
}

function numbersOf({ value, probabilities }: Answers): number[][] {
  return probabilities ?? (value ?? []).map((number) => [number]);
}

/** More columns than this are tried together. */
const mostAlone = 256;

/** Names of the number columns that may be missing: those without which the model still gives a number. */
export async function nullableColumns(session: OnnxSession, signature: Signature): Promise<Set<string>> {
  const inputs = signature.inputs.map((input) => ({ ...input, nullable: input.type === 'float' }));
  const columns = inputs.filter(({ type }) => type === 'float').map(({ name }) => name);
  const tried = { ...signature, inputs };
  const [, usual = {}] = probeRows(inputs);
  const isAnswered = async (rows: Record<string, Cell>[]): Promise<boolean[]> => {
    try {
      return numbersOf(await answer(session, tried, rows)).map((numbers) => numbers.every(Number.isFinite));
    } catch {
      // A model may refuse NaN altogether.
      return rows.map(() => false);
    }
  };
  const without = (names: readonly string[]) => ({
    ...usual,
    ...Object.fromEntries(names.map((name) => [name, null])),
  });
  if (columns.length === 0) return new Set();
  if (columns.length > mostAlone) {
    const [all = false] = await isAnswered([without(columns)]);
    return new Set(all ? columns : []);
  }
  const answered = await isAnswered(columns.map((name) => without([name])));
  return new Set(columns.filter((_, i) => answered[i] === true));
}

const measuredRuns = 5;

/** Median milliseconds for one row. */
export async function measure(session: OnnxSession, signature: Signature): Promise<number> {
  const [row = {}] = probeRows(signature.inputs);
  const times: number[] = [];
  while (times.length < measuredRuns) times.push((await answer(session, signature, [row])).milliseconds);
  times.sort((a, b) => a - b);
  return times[Math.floor(measuredRuns / 2)] ?? 0;
}
