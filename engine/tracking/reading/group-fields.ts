import type { Problem, RunGroupQuery } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { expectedNames, fieldName, parseFieldList } from '../../store/index.ts';
import { runListing } from '../run-listing.ts';

/** What runs are grouped by: a column of the run, or a key. `text` is how the caller wrote it. */
export type GroupField = { text: string; family: 'params' | 'tags' | null; key: string };

const statistics = ['count', 'mean', 'std', 'min', 'max', 'median'] as const;
type Statistic = (typeof statistics)[number];

export type GroupOrder = { descending: boolean } & (
  | { of: 'count' | 'startedAtMs' }
  | { of: 'value'; index: number }
  | { of: 'metric'; metric: number; statistic: Statistic }
);

const groupTypes: ReadonlySet<string> = new Set(['string', 'decimalId']);
const attributes = Object.entries(runListing.fields)
  .filter(([, field]) => groupTypes.has(field.type))
  .map(([name]) => name);

function invalid(parameter: string, problems: Problem[]): AssayError {
  return new AssayError('request/invalid', `"${parameter}": ${problems[0]?.message}.`, { problems });
}

/** Throws request/invalid with every field that runs cannot be grouped by. */
export function readGroupFields(by: readonly string[]): GroupField[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const fields = by.flatMap((text, index): GroupField[] => {
    const path = `/by/${index}`;
    const field = readField(text);
    if (typeof field === 'string') {
      problems.push({
        path,
        message: field,
        expected: expectedNames(text, [...attributes, 'params.<key>', 'tags.<key>']),
      });
      return [];
    }
    const name = JSON.stringify([field.family, field.key]);
    if (seen.has(name)) problems.push({ path, message: `${text} is there twice`, expected: 'each once' });
    seen.add(name);
    return [field];
  });
  if (problems.length > 0) throw invalid('by', problems);
  return fields;
}

/** The field, or what is wrong with it. */
function readField(text: string): GroupField | string {
  let refs: ReturnType<typeof parseFieldList>;
  try {
    refs = parseFieldList(text);
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    return thrown.problems?.[0]?.message ?? thrown.message;
  }
  const [ref] = refs;
  if (ref === undefined || refs.length > 1) return `"${text}" is not one field`;
  if (ref.family === null && attributes.includes(ref.key)) return { text, family: null, key: ref.key };
  if (ref.key !== '*' && (ref.family === 'params' || ref.family === 'tags')) {
    return { text, family: ref.family, key: ref.key };
  }
  return `runs cannot be grouped by "${text}"`;
}

/** Throws request/invalid with every key that groups cannot be sorted by. */
export function readGroupOrder(query: RunGroupQuery, fields: readonly GroupField[]): GroupOrder[] {
  const problems: Problem[] = [];
  const orders = splitOutsideQuotes(query.sort).flatMap((part): GroupOrder[] => {
    const text = part.trim();
    const descending = text.startsWith('-');
    const name = text.replace(/^[+-]/, '').trim();
    const order = readOrder(name, query, fields);
    if (order !== null) return [{ ...order, descending }];
    const expected = [
      'count',
      'startedAtMs',
      ...query.by,
      ...(query.metrics[0] === undefined ? [] : [`mean(${fieldName('metrics', query.metrics[0])})`]),
    ].join(', ');
    problems.push({
      path: '/sort',
      message: `groups cannot be sorted by "${name}"`,
      expected: `one of ${expected}`,
    });
    return [];
  });
  if (problems.length > 0) throw invalid('sort', problems);
  return orders;
}

type Unordered<T> = T extends unknown ? Omit<T, 'descending'> : never;

function readOrder(
  name: string,
  query: RunGroupQuery,
  fields: readonly GroupField[],
): Unordered<GroupOrder> | null {
  if (name === 'count' || (name === 'startedAtMs' && !query.by.includes(name))) return { of: name };
  const call = /^(\w+)\((.+)\)$/s.exec(name);
  const statistic = statistics.find((known) => known === call?.[1]?.toLowerCase());
  if (call !== null && statistic !== undefined) {
    const metric = query.metrics.findIndex(
      (key) => call[2]?.trim() === fieldName('metrics', key) || call[2]?.trim() === `metrics.${key}`,
    );
    return metric < 0 ? null : { of: 'metric', metric, statistic };
  }
  const field = readField(name);
  if (typeof field === 'string') return null;
  const index = fields.findIndex((known) => known.family === field.family && known.key === field.key);
  return index < 0 ? null : { of: 'value', index };
}

/** At commas that stand outside quotes and brackets. */
function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:`[^`]*`|"[^"]*"|\([^)]*\)|[^,])+/g) ?? [];
}
