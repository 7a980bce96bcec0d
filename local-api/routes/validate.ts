import type { z } from 'zod';
import { AssayError } from '../../engine/errors.ts';
import { expectedNames } from '../../engine/store/index.ts';
import type { Problem } from '../contract/index.ts';
import { byName, jsonPointer, type Path, type PathOf, problemOf } from './problem-of-issue.ts';

/** The parts of a request that a contract describes, as they came. */
export type RawRequest = { params: Record<string, string>; query: URLSearchParams; body: unknown };
export type ParsedRequest = { params: unknown; query: unknown; body: unknown };
type Schemas = { params?: z.ZodObject; query?: z.ZodObject; body?: z.ZodType | 'bytes' };

/**
 * Checks a request against its contract and fills in the defaults.
 *
 * Errors: `request/invalid` with every fault of all parts: a field of the body by JSON pointer, a parameter by name.
 * A field nobody knows is a fault too: a misspelt one would otherwise be ignored in silence. `whole` names what was sent.
 * Cost: linear in the size of the body.
 */
export function validate(schemas: Schemas, raw: RawRequest, whole = 'this request'): ParsedRequest {
  const problems: Problem[] = [];
  const check = (schema: z.ZodType | undefined, input: unknown, pathOf: PathOf): unknown => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(input, { reportInput: true });
    const known = fieldsOf(schema);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) problems.push(problemOf(issue, pathOf));
      if (known && isRecord(input)) {
        for (const name of Object.keys(input)) {
          if (!known.includes(name)) problems.push(unknownField(pathOf([name]), name, known, whole));
        }
      }
      return undefined;
    }
    findUnknownFields(input, parsed.data, [], (path, present) =>
      problems.push(
        unknownField(pathOf(path), String(path.at(-1)), (path.length === 1 && known) || present, whole),
      ),
    );
    return parsed.data;
  };
  const params = check(schemas.params, raw.params, byName);
  const query = check(schemas.query, queryFields(raw.query), byName);
  const body = schemas.body === 'bytes' ? undefined : check(schemas.body, raw.body, jsonPointer);
  if (problems.length > 0) throw new AssayError('request/invalid', summary(problems), { problems });
  return { params, query, body };
}

function summary(problems: readonly Problem[]): string {
  const [first] = problems;
  if (!first) return 'The request is not valid.';
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `${first.path || 'The body'}: ${first.message}${rest}.`;
}

/** A name that comes twice becomes a list, which no field takes: it is reported, not half used. */
function queryFields(query: URLSearchParams): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    if (name === '__proto__') continue;
    const values = query.getAll(name);
    fields[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return fields;
}

/** The names an object schema knows; null for any other schema. */
function fieldsOf(schema: z.ZodType): string[] | null {
  return 'shape' in schema && isRecord(schema.shape) ? Object.keys(schema.shape) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownField(path: string, name: string, known: readonly string[], whole: string): Problem {
  return { path, message: `is not a field of ${whole}`, expected: expectedNames(name, known) };
}

/** Arrays longer than this hold data (rows, points), not settings; their items are not searched for unknown fields. */
const LONGEST_SEARCHED_ARRAY = 100;

/** Schemas drop the fields they do not know, so what is in the input and not in the output is unknown. */
function findUnknownFields(
  input: unknown,
  output: unknown,
  path: Path,
  report: (path: Path, known: string[]) => void,
): void {
  if (Array.isArray(input)) {
    if (!Array.isArray(output) || input.length > LONGEST_SEARCHED_ARRAY) return;
    for (const [index, item] of input.entries()) {
      findUnknownFields(item, output[index], [...path, index], report);
    }
    return;
  }
  if (!isRecord(input) || !isRecord(output)) return;
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(output, name)) {
      if (value !== undefined) report([...path, name], Object.keys(output));
    } else findUnknownFields(value, output[name], [...path, name], report);
  }
}
