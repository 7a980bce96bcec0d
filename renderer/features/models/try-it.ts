import type { Cell, PredictResponse, Signature } from '../../../local-api/contract/index.ts';

export type SignatureInput = Signature['inputs'][number];

/** What a form field holds before it is read. An empty text means "missing". */
export type FieldTexts = Record<string, string>;

/** The form filled with the n-th example of every input, so that it predicts at once. */
export function exampleTexts(signature: Signature, index = 0): FieldTexts {
  return Object.fromEntries(
    signature.inputs.map((input) => {
      const example = input.examples[index % Math.max(1, input.examples.length)];
      return [input.name, example === null || example === undefined ? '' : String(example)];
    }),
  );
}

/** How many different example rows the signature can fill. */
export function exampleCount(signature: Signature): number {
  return Math.max(1, ...signature.inputs.map((input) => input.examples.length));
}

/** Reads one field. The engine checks again; this finds what can be said before asking it. */
export function readField(input: SignatureInput, text: string): { value: Cell } | { fault: string } {
  const trimmed = text.trim();
  if (trimmed === '') {
    return input.nullable
      ? { value: null }
      : { fault: 'needed: this column had no missing values in training' };
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

export type Snippet = { id: 'curl' | 'python' | 'typescript'; label: string; code: string };

/** The same prediction as code to paste elsewhere. The token stays out: it is read from the environment. */
export function snippets(origin: string, model: string, row: Record<string, Cell>): Snippet[] {
  const url = `${origin}/api/v1/predictions`;
  const body = { model, rows: [row] };
  const json = JSON.stringify(body, null, 2);
  return [
    {
      id: 'curl',
      label: 'curl',
      code: [
        `curl ${shellQuote(url)} \\`,
        `  -H "Authorization: Bearer $ASSAY_TOKEN" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d ${shellQuote(json)}`,
      ].join('\n'),
    },
    {
      id: 'python',
      label: 'Python',
      code: [
        'import json, os, urllib.request',
        '',
        'request = urllib.request.Request(',
        `    ${JSON.stringify(url)},`,
        `    data=json.dumps(${indent(pythonLiteral(body), 4)}).encode(),`,
        '    headers={',
        '        "Authorization": "Bearer " + os.environ["ASSAY_TOKEN"],',
        '        "Content-Type": "application/json",',
        '    },',
        ')',
        'with urllib.request.urlopen(request) as response:',
        '    print(json.load(response))',
      ].join('\n'),
    },
    {
      id: 'typescript',
      label: 'TypeScript',
      code: [
        `const response = await fetch(${JSON.stringify(url)}, {`,
        "  method: 'POST',",
        '  headers: {',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the code shown holds a template of its own.
        '    authorization: `Bearer ${process.env.ASSAY_TOKEN}`,',
        "    'content-type': 'application/json',",
        '  },',
        `  body: JSON.stringify(${indent(json, 2)}),`,
        '});',
        'console.log(await response.json());',
      ].join('\n'),
    },
  ];
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function indent(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
}

/** JSON and Python literals differ in three words only. */
function pythonLiteral(value: unknown, depth = 0): string {
  const pad = '    '.repeat(depth + 1);
  const close = '    '.repeat(depth);
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map((item) => pythonLiteral(item, depth)).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, item]) => `${pad}${JSON.stringify(key)}: ${pythonLiteral(item, depth + 1)},\n`,
    );
    return `{\n${entries.join('')}${close}}`;
  }
  return JSON.stringify(value);
}

export type ClassShare = { label: string; share: number };

/** The classes of the answer to one row, most likely first; empty for regression. */
export function classShares(answer: PredictResponse, row = 0): ClassShare[] {
  const shares = answer.probabilities?.[row] ?? [];
  return (answer.classes ?? [])
    .map((label, index) => ({ label, share: shares[index] ?? 0 }))
    .sort((a, b) => b.share - a.share || a.label.localeCompare(b.label));
}
