import type { Cell, Signature } from '../../local-api/contract/index.ts';
import type { OnnxSession } from '../onnx/index.ts';
import { encodeRequest } from './encode-request.ts';
import { newPace, runBatches } from './run-batches.ts';

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
export async function warmUp(session: OnnxSession, signature: Signature): Promise<void> {
  const encoded = await encodeRequest(signature, { rows: [exampleRow(signature)] });
  await runBatches(session, signature, encoded, newPace());
}
