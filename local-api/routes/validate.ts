import type { z } from 'zod';
import { AssayError } from '../../engine/errors.ts';
import { expectedNames } from '../../engine/store/index.ts';
import type { Problem } from '../contract/index.ts';

type Issue = z.core.$ZodIssue;

/** The parts of a request that a contract describes, as they came. */
export type RawRequest = { params: Record<string, string>; query: URLSearchParams; body: unknown };
export type ParsedRequest = { params: unknown; query: unknown; body: unknown };
type Schemas = { params?: z.ZodObject; query?: z.ZodObject; body?: z.ZodType | 'bytes' };

/**
 * Checks a request against its contract and fills in the defaults.
 *
 * Errors: `request/invalid` with every fault of all parts: a field of the body by JSON pointer, a parameter by name.
 * A field nobody knows is a fault too: a misspelt one would otherwise be ignored in silence.
 * Cost: linear in the size of the body.
 */
export function validate(schemas: Schemas, raw: RawRequest): ParsedRequest {
  const problems: Problem[] = [];
  const check = (schema: z.ZodType | undefined, input: unknown, pathOf: PathOf): unknown => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(input, { reportInput: true });
    if (!parsed.success) {
      for (const issue of parsed.error.issues) problems.push(problemOf(issue, pathOf));
      return undefined;
    }
    findUnknownFields(input, parsed.data, [], (path, known) =>
      problems.push({
        path: pathOf(path),
        message: 'is not a field of this request',
        expected: expectedNames(String(path.at(-1)), path.length === 1 ? fieldsOf(schema, known) : known),
      }),
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

type Path = readonly PropertyKey[];
type PathOf = (path: Path) => string;

const byName: PathOf = (path) => path.map(String).join('.');

/** RFC 6901; the whole document is the empty string. */
const jsonPointer: PathOf = (path) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function problemOf(issue: Issue, pathOf: PathOf): Problem {
  const told = mostLikely(issue);
  const path = pathOf(told.path);
  const expected = expectationOf(told);
  if (told.code === 'invalid_type' && told.input === undefined) {
    return { path, message: 'is missing', ...(expected ? { expected } : {}) };
  }
  const message = told.message.replace(/^Invalid (input|option|key in record)?: ?/, '');
  return { path, message, ...(expected ? { expected } : {}) };
}

/** Of the branches of a union the one that was nearly met says more than "invalid input". */
function mostLikely(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const depth = (branch: Issue[]) => Math.max(...branch.map((one) => one.path.length));
  const best = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0]?.[0];
  if (!best || (best.path.length === 0 && branches.length > 1)) {
    const expected = branches
      .flatMap((branch) => (branch[0] ? [expectationOf(branch[0])] : []))
      .filter(Boolean);
    return { ...issue, message: expected.length > 0 ? `expected ${expected.join(' or ')}` : issue.message };
  }
  return mostLikely({ ...best, path: [...issue.path, ...best.path] });
}

function expectationOf(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' | ');
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  return undefined;
}

/** Also the optional fields that the request left out. */
function fieldsOf(schema: z.ZodType, present: string[]): string[] {
  return 'shape' in schema && typeof schema.shape === 'object' ? Object.keys(schema.shape ?? {}) : present;
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
  if (typeof input !== 'object' || input === null || typeof output !== 'object' || output === null) return;
  if (Array.isArray(input)) {
    if (!Array.isArray(output) || input.length > LONGEST_SEARCHED_ARRAY) return;
    for (const [index, item] of input.entries()) {
      findUnknownFields(item, output[index], [...path, index], report);
    }
    return;
  }
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(output, name)) {
      if (value !== undefined) report([...path, name], Object.keys(output));
    } else findUnknownFields(value, (output as Record<string, unknown>)[name], [...path, name], report);
  }
}
