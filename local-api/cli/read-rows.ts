import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Cell } from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

const Row = z.record(z.string(), Cell);
type Row = z.infer<typeof Row>;
const Rows = z.array(Row);

/** Rows as JSON: a file, or `-` for standard input; one object or a list of them. */
export function readRows(file: string): Row[] {
  try {
    return parseRows(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw unreadable(error);
  }
}

function parseRows(text: string): Row[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw unreadable(error);
  }
  const rows = Rows.safeParse(Array.isArray(parsed) ? parsed : [parsed]);
  if (rows.success) return rows.data;
  throw new CommandFailure(
    'request/invalid',
    'The rows are not a list of objects with plain values.',
    'For example: [{"distance": 550, "origin": "ATL"}]',
    exitCodes.usage,
  );
}

function unreadable(error: unknown): CommandFailure {
  return new CommandFailure(
    'request/malformed',
    `The rows cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    'Give a JSON list of objects.',
    exitCodes.usage,
  );
}

/** One row: a JSON object, or `column=value` pairs, where a value that reads as JSON (a number, true, null) is taken as such and anything else as text. */
export function rowOf(pairs: readonly string[]): Row {
  const [first] = pairs;
  if (pairs.length === 1 && first?.startsWith('{')) return parseRows(first)[0] ?? {};
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new CommandFailure(
          'usage',
          `"${pair}" is not column=value.`,
          'For example: --row distance=550 origin=ATL',
          exitCodes.usage,
        );
      return [pair.slice(0, at), cellOf(pair.slice(at + 1))];
    }),
  );
}

function cellOf(text: string): Cell {
  try {
    const cell = Cell.safeParse(JSON.parse(text));
    return cell.success ? cell.data : text;
  } catch {
    return text;
  }
}
