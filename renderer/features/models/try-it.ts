import type { Cell, PredictResponse, Signature } from '../../../local-api/contract/index.ts';

export type SignatureInput = Signature['inputs'][number];

/** What a form field holds before it is read. An empty text means "missing". */
export type FieldTexts = Record<string, string>;

/** The form filled with the n-th example of every input, so that it predicts at once. */
export function exampleTexts(signature: Signature, index = 0): FieldTexts {
  return Object.fromEntries(
    signature.inputs.map((input) => {
      const example = input.examples[index % Math.max(1, input.examples.length)] ?? plainCell(input);
      return [input.name, example === null || example === undefined ? '' : String(example)];
    }),
  );
}

/** What stands for an example that nobody knows: an imported model comes without any. */
function plainCell({ type, nullable, examples }: SignatureInput): Cell {
  if (nullable || examples.length > 0) return null;
  if (type === 'string') return 'text';
  return type === 'boolean' ? false : 0;
}

/** How many different example rows the signature can fill. */
export function exampleCount(signature: Signature): number {
  return Math.max(1, ...signature.inputs.map((input) => input.examples.length));
}

/** Reads one field. The engine checks again; this finds what can be said before asking it. */
export function readField(input: SignatureInput, text: string): { value: Cell } | { fault: string } {
  const trimmed = text.trim();
  if (trimmed === '') {
    return input.nullable ? { value: null } : { fault: 'needed: this column cannot be missing' };
  }
  switch (input.type) {
    case 'integer':
      if (!/^[+-]?\d+$/.test(trimmed)) return { fault: 'a whole number is expected' };
      // Beyond 2^53 a JSON number would lose digits; the contract lets such integers travel as text.
      return { value: Number.isSafeInteger(Number(trimmed)) ? Number(trimmed) : trimmed };
    case 'float':
      return Number.isFinite(Number(trimmed))
        ? { value: Number(trimmed) }
        : { fault: 'a number is expected' };
    case 'boolean':
      return /^(true|false)$/i.test(trimmed)
        ? { value: trimmed.toLowerCase() === 'true' }
        : { fault: 'true or false is expected' };
    case 'datetime':
    case 'date':
      return Number.isNaN(Date.parse(trimmed))
        ? { fault: 'a date such as 2001-03-01T12:30:00Z is expected' }
        : { value: trimmed };
    case 'string':
      return { value: text };
  }
}

export type ReadRow = { row: Record<string, Cell>; faults: Record<string, string> };

/** Reads the whole form: the row to send, and a fault for every field that cannot be read. */
export function readRow(signature: Signature, texts: FieldTexts): ReadRow {
  const row: Record<string, Cell> = {};
  const faults: Record<string, string> = {};
  for (const input of signature.inputs) {
    const read = readField(input, texts[input.name] ?? '');
    if ('fault' in read) faults[input.name] = read.fault;
    else row[input.name] = read.value;
  }
  return { row, faults };
}

/** Finds the input that a problem of `predictions/bad-rows` is about: paths read `/rows/0/origin`. */
export function inputOfProblem(signature: Signature, path: string): string | null {
  const parts = path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return signature.inputs.find((input) => parts.includes(input.name))?.name ?? null;
}

export type ClassShare = { label: string; share: number };

/** The classes of the answer to one row, most likely first; empty for regression. */
export function classShares(answer: PredictResponse, row = 0): ClassShare[] {
  const shares = answer.probabilities?.[row] ?? [];
  return (answer.classes ?? [])
    .map((label, index) => ({ label, share: shares[index] ?? 0 }))
    .sort((a, b) => b.share - a.share || a.label.localeCompare(b.label));
}
