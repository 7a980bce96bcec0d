import { attributeColumns, filterName, type RunKeys } from './run-columns.ts';

/** Something that may be written at the caret: it replaces the text from `start` to the caret. */
export type Completion = {
  text: string;
  label: string;
  kind: 'field' | 'operator' | 'value' | 'word';
  start: number;
};

const statuses = ['scheduled', 'running', 'finished', 'failed', 'killed'];
const textFields = new Set([
  'name',
  'status',
  'source',
  'user',
  'id',
  'experimentId',
  'parentRunId',
  'lifecycle',
]);
const LIMIT = 12;

/**
 * What can be written next in a filter over runs: field names after a connective, operators after a field,
 * known values after an operator, connectives after a condition. Pure text work; the server has the last word.
 */
export function completeFilter(text: string, caret: number, keys: RunKeys): Completion[] {
  const before = text.slice(0, caret);
  if (insideText(before)) return completeStatus(before);
  const start = before.length - (/[\p{L}\p{N}_./:@`-]*$/u.exec(before)?.[0].length ?? 0);
  const typed = before.slice(start).toLowerCase();
  const previous = words(before.slice(0, start));
  const last = previous.at(-1)?.toLowerCase() ?? '';
  if (/^(=|!=|<>|<|<=|>|>=|like|ilike)$/.test(last)) {
    return previous.at(-2) === 'status' ? statusValues(typed, start) : [];
  }
  const expectsField = last === '' || /^(and|or|not|by|\(|,)$/.test(last);
  if (expectsField) return fields(keys, typed, start, before);
  if (isField(last)) return operators(last, typed, start);
  return matching(['and', 'or', 'order by', ...(inOrder(before) ? ['asc', 'desc'] : [])], typed).map(
    (word) => ({
      text: `${word} `,
      label: word,
      kind: 'word',
      start,
    }),
  );
}

function fields(keys: RunKeys, typed: string, start: number, before: string): Completion[] {
  const names = [
    ...keys.metrics.map((key) => filterName(`metrics.${key}`)),
    ...keys.params.map((key) => filterName(`params.${key}`)),
    ...keys.tags.map((key) => filterName(`tags.${key}`)),
    ...attributeColumns.map((column) => column.id),
    'parentRunId',
    'lifecycle',
  ];
  const found = matching(names, typed).map(
    (name): Completion => ({ text: `${name} `, label: name, kind: 'field', start }),
  );
  const canNegate = !inOrder(before) && typed !== '' && 'not'.startsWith(typed);
  return canNegate ? [...found, { text: 'not ', label: 'not', kind: 'word', start }] : found;
}

function operators(field: string, typed: string, start: number): Completion[] {
  const isText = textFields.has(field) || field.startsWith('params.') || field.startsWith('tags.');
  const list = isText
    ? ['=', '!=', 'like', 'ilike', 'in (', 'is null', 'is not null']
    : ['>', '>=', '<', '<=', '=', 'between', 'is null', 'is not null'];
  return list
    .filter((operator) => operator.startsWith(typed))
    .map((operator) => ({
      text: operator.endsWith('(') ? operator : `${operator} `,
      label: operator,
      kind: 'operator',
      start,
    }));
}

/** Inside an opened quote only a status can be guessed. */
function completeStatus(before: string): Completion[] {
  const open = /status\s*(?:=|!=|<>)\s*'([a-z]*)$/i.exec(before);
  if (!open) return [];
  return statusValues(open[1] ?? '', before.length - (open[1]?.length ?? 0) - 1);
}

function statusValues(typed: string, start: number): Completion[] {
  return statuses
    .filter((status) => status.startsWith(typed.replace("'", '')))
    .map((status) => ({ text: `'${status}' `, label: status, kind: 'value', start }));
}

/** Names that begin with what was typed come first, then those that contain it. */
function matching(names: readonly string[], typed: string): string[] {
  const starts = names.filter(
    (name) => name.toLowerCase().startsWith(typed) || keyOf(name).startsWith(typed),
  );
  const contains = names.filter((name) => !starts.includes(name) && name.toLowerCase().includes(typed));
  return [...starts, ...contains].filter((name) => name.toLowerCase() !== typed).slice(0, LIMIT);
}

function keyOf(name: string): string {
  return name
    .slice(name.indexOf('.') + 1)
    .replaceAll('`', '')
    .toLowerCase();
}

function isField(word: string): boolean {
  return (
    /^(metrics|params|tags)\./.test(word) ||
    attributeColumns.some((column) => column.id.toLowerCase() === word) ||
    textFields.has(word)
  );
}

function inOrder(text: string): boolean {
  return /\border\s+by\b[^']*$/i.test(text);
}

function insideText(before: string): boolean {
  return (before.match(/'/g)?.length ?? 0) % 2 === 1;
}

/** Words, quoted texts, operators and brackets, in order. */
function words(text: string): string[] {
  return (
    text.match(
      /(?:metrics|params|tags)\.(?:`[^`]*`|"[^"]*")|'(?:[^']|'')*'|[\p{L}\p{N}_./:@-]+|<=|>=|!=|<>|[=<>(),]/giu,
    ) ?? []
  );
}
