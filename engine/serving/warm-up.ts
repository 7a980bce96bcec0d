import type { Cell, Signature } from '../../local-api/contract/index.ts';
import { encodeRequest } from './encode-request.ts';
import { type BatchRunner, newPace, runBatches } from './run-batches.ts';

/** A row that fits a signature, made of the n-th examples of its inputs. */
export function exampleRow({ inputs }: Signature, n = 0): Record<string, Cell> {
  return Object.fromEntries(inputs.map((input) => [input.name, exampleCell(input, n)]));
}

function exampleCell({ type, nullable, examples }: Signature['inputs'][number], n: number): Cell {
  const example = examples.length === 0 ? undefined : examples[n % examples.length];
  if (example !== undefined) return example;
  if (nullable) return null;
  if (type === 'string') return 'text';
  return type === 'boolean' ? false : 0;
}

/**
 * Runs a model once on an example row: the first run pays for allocations, and a model that cannot answer is found out.
 * Errors: `models/invalid-onnx`.
 */
export async function warmUp(session: BatchRunner, signature: Signature): Promise<void> {
  await oneRow(session, signature);
}

const measuredRuns = 3;
/** A first run that takes this long says enough. */
const clearlyHeavyMs = 40;

/** Warms a model up and tells how long one row takes it: the median of a few runs. Errors: `models/invalid-onnx`. */
export async function measureRow(session: BatchRunner, signature: Signature): Promise<number> {
  const first = await oneRow(session, signature);
  if (first > clearlyHeavyMs) return first;
  const times: number[] = [];
  while (times.length < measuredRuns) times.push(await oneRow(session, signature));
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? first;
}

async function oneRow(session: BatchRunner, signature: Signature): Promise<number> {
  const encoded = await encodeRequest(signature, { rows: [exampleRow(signature)] });
  return (await runBatches(session, signature, encoded, newPace())).milliseconds;
}
