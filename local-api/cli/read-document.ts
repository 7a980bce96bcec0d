import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/** A JSON or YAML file that holds one object; "-" for standard input. */
export function readDocument(path: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CommandFailure('usage', `${path} cannot be read: ${message}`, '', exitCodes.usage);
  }
  if (isObject(document)) return document;
  throw new CommandFailure('usage', `${path} holds no object.`, '', exitCodes.usage);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
