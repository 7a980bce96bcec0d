import { attributeColumns, filterName, type RunKeys } from './run-columns.ts';

/** Something that may be written at the caret: it replaces the text from `start` to the caret. */
export type Completion = {
  text: string;
  label: string;
  kind: 'field' | 'function' | 'operator' | 'value' | 'word' | 'text';
  start: number;
};

/** What the server knows that can be written: keys in use, values of the field at the caret, experiments. */
export type CompletionSources = {
  keys: RunKeys;
  values: readonly string[];
  experiments: readonly { id: string; name: string }[];
};

/** Where the caret stands. `typed` is what was written of the word there, which begins at `start`. */
type Place =
  | { expects: 'field'; typed: string; start: number; inFunction: boolean }
  | { expects: 'operator'; field: string; typed: string; start: number }
  | { expects: 'value'; field: string; typed: string; start: number; inList: boolean }
  | { expects: 'connective'; typed: string; start: number }
  | { expects: 'nothing' };

const statuses = ['scheduled', 'running', 'finished', 'failed', 'killed'];
const functions = ['min', 'max', 'first', 'last', 'count', 'slope'];
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
const plainFields = new Set([
  ...attributeColumns.map((column) => column.id).filter((id) => id !== 'starred'),
  ...textFields,
]);
const keywords = /^(and|or|not|is|in|like|ilike|between|null|order|by|asc|desc|true|false)$/i;
const LIMIT = 14;

/**
 * What can be written next in a filter over runs: fields and functions after a connective, operators after a field, values in
 * use after an operator, connectives after a condition, and a search for words where words alone were typed. Pure text work;
 * the server has the last word.
 */
export function completeFilter(text: string, caret: number, sources: CompletionSources): Completion[] {
  const before = text.slice(0, caret);
  const place = placeOf(before);
  switch (place.expects) {
    case 'field': {
      const words = caret === text.length ? asFullText(text) : null;
      const search: Completion[] =
        words === null ? [] : [{ text: `${words} `, label: words, kind: 'text', start: 0 }];
      return [...fields(place, sources.keys, before), ...search];
    }
    case 'operator':
      return operators(place.field, place.typed, place.start);
    case 'value':
      return values(place, sources);
    case 'connective': {
      const offered = ['and', 'or', 'order by', ...(inOrder(before) ? ['asc', 'desc'] : [])];
      const words = caret === text.length ? asFullText(text) : null;
      return [
        ...matching(offered, place.typed).map(
          (word): Completion => ({ text: `${word} `, label: word, kind: 'word', start: place.start }),
        ),
        ...(words === null ? [] : [{ text: `${words} `, label: words, kind: 'text' as const, start: 0 }]),
      ];
    }
    case 'nothing':
      return [];
  }
}

/** What has to be read before `completeFilter` can answer well: keys by their beginning, or values of a param or tag. */
export function wantedFor(
  text: string,
  caret: number,
): { keys: string } | { values: { family: 'params' | 'tags'; key: string; prefix: string } } | null {
  const place = placeOf(text.slice(0, caret));
  if (place.expects === 'field') {
    return { keys: place.typed.replace(/^(metrics|params|tags)\./, '').replaceAll('`', '') };
  }
  if (place.expects !== 'value') return null;
  const found = /^(params|tags)\.(.+)$/s.exec(place.field);
  if (!found) return null;
  const family = found[1] === 'tags' ? 'tags' : 'params';
  return { values: { family, key: unquoted(found[2] ?? ''), prefix: place.typed } };
}

/**
 * Words alone as a search for them: `late flights` becomes `text ~ 'late flights'`. Null for what is no plain words, or may
 * become a condition.
 */
export function asFullText(text: string): string | null {
  const trimmed = text.trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_\- ]*$/u.test(trimmed)) return null;
  const parts = trimmed.split(/\s+/);
  if (parts.some((part) => keywords.test(part) || plainFields.has(part))) return null;
  return `text ~ '${parts.join(' ')}'`;
}

function placeOf(before: string): Place {
  const quote = openQuote(before);
  if (quote !== null) {
    const previous = words(before.slice(0, quote));
    const found = fieldOfValue(previous);
    if (found === null) return { expects: 'nothing' };
    return { expects: 'value', ...found, typed: before.slice(quote + 1).replaceAll("''", "'"), start: quote };
  }
  const start = before.length - (/[\p{L}\p{N}_./:@`-]*$/u.exec(before)?.[0].length ?? 0);
  const typed = before.slice(start);
  const previous = words(before.slice(0, start));
  const ofValue = fieldOfValue(previous);
  if (ofValue !== null) return { expects: 'value', ...ofValue, typed, start };
  const last = previous.at(-1) ?? '';
  if (/^(=|!=|<>|<|<=|>|>=|like|ilike|~|is|between)$/i.test(last)) return { expects: 'nothing' };
  if (last === '' || /^(and|or|not|by|\(|,)$/i.test(last)) {
    const inFunction = last === '(' && functions.includes((previous.at(-2) ?? '').toLowerCase());
    return { expects: 'field', typed: typed.toLowerCase(), start, inFunction };
  }
  const field = last === ')' ? functionCall(previous) : last;
  if (field !== null && isField(field)) {
    return { expects: 'operator', field, typed: typed.toLowerCase(), start };
  }
  return { expects: 'connective', typed: typed.toLowerCase(), start };
}

/** The field whose value is due: after `=` and `!=`, and in a list after `in`. */
function fieldOfValue(previous: readonly string[]): { field: string; inList: boolean } | null {
  const last = previous.at(-1) ?? '';
  if (/^(=|!=|<>)$/.test(last)) {
    const field = previous.at(-2) ?? '';
    return isField(field) && takesTexts(field) ? { field, inList: false } : null;
  }
  if (last !== '(' && last !== ',') return null;
  const open = previous.lastIndexOf('(');
  if (open < 2 || (previous[open - 1] ?? '').toLowerCase() !== 'in') return null;
  const at = (previous[open - 2] ?? '').toLowerCase() === 'not' ? open - 3 : open - 2;
  const field = previous[at] ?? '';
  return isField(field) && takesTexts(field) ? { field, inList: true } : null;
}

/** A closed call of a function as one word, when the text ends with one. */
function functionCall(previous: readonly string[]): string | null {
  const open = previous.lastIndexOf('(');
  const name = (previous[open - 1] ?? '').toLowerCase();
  return open > 0 && functions.includes(name) ? `${name}()` : null;
}

function fields(
  { typed, start, inFunction }: { typed: string; start: number; inFunction: boolean },
  keys: RunKeys,
  before: string,
): Completion[] {
  const metrics = keys.metrics.map((key) => filterName(`metrics.${key}`));
  if (inFunction) {
    return matching(metrics, typed).map((name) => ({ text: `${name}) `, label: name, kind: 'field', start }));
  }
  const names = [
    ...metrics,
    ...keys.params.map((key) => filterName(`params.${key}`)),
    ...keys.tags.map((key) => filterName(`tags.${key}`)),
    ...plainFields,
  ];
  const found = matching(names, typed).map(
    (name): Completion => ({ text: `${name} `, label: name, kind: 'field', start }),
  );
  const calls = functions
    .filter((name) => typed !== '' && name.startsWith(typed))
    .map((name): Completion => ({ text: `${name}(`, label: `${name}(metrics. …)`, kind: 'function', start }));
  const canNegate = !inOrder(before) && typed !== '' && 'not'.startsWith(typed);
  const negation: Completion[] = canNegate ? [{ text: 'not ', label: 'not', kind: 'word', start }] : [];
  return [...calls, ...found, ...negation].slice(0, LIMIT + calls.length);
}

function operators(field: string, typed: string, start: number): Completion[] {
  const list = takesTexts(field)
    ? ['=', '!=', 'like', 'ilike', 'in (', 'not in (', 'is null', 'is not null']
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

function values(
  { field, typed, start, inList }: Extract<Place, { expects: 'value' }>,
  sources: CompletionSources,
): Completion[] {
  const end = inList ? '' : ' ';
  if (field === 'experimentId') {
    return sources.experiments
      .filter(({ id, name }) => name.toLowerCase().includes(typed.toLowerCase()) || id.startsWith(typed))
      .slice(0, LIMIT)
      .map(({ id, name }) => ({ text: `'${id}'${end}`, label: name, kind: 'value', start }));
  }
  const known =
    field === 'status' ? statuses : field === 'lifecycle' ? ['active', 'deleted'] : sources.values;
  return known
    .filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()))
    .slice(0, LIMIT)
    .map((value) => ({
      text: `'${value.replaceAll("'", "''")}'${end}`,
      label: value === '' ? '(empty)' : value,
      kind: 'value',
      start,
    }));
}

/** Names that begin with what was typed come first, then those that contain it. */
function matching(names: readonly string[], typed: string): string[] {
  const starts = names.filter(
    (name) => name.toLowerCase().startsWith(typed) || keyOf(name).startsWith(typed),
  );
  const begins = new Set(starts);
  const contains = names.filter((name) => !begins.has(name) && name.toLowerCase().includes(typed));
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
    plainFields.has(word) ||
    [...plainFields].some((field) => field.toLowerCase() === word.toLowerCase()) ||
    functions.some((name) => word === `${name}()`)
  );
}

function takesTexts(field: string): boolean {
  return textFields.has(field) || field.startsWith('params.') || field.startsWith('tags.');
}

function inOrder(text: string): boolean {
  return /\border\s+by\b[^']*$/i.test(text);
}

/** Where an opened text begins that is not closed; null outside of texts. */
function openQuote(before: string): number | null {
  let open: number | null = null;
  for (let index = 0; index < before.length; index += 1) {
    if (before[index] === "'") open = open === null ? index : null;
  }
  return open;
}

function unquoted(key: string): string {
  return /^[`"]/.test(key) ? key.slice(1, -1).replaceAll('``', '`') : key;
}

/** Words, quoted texts, operators and brackets, in order. */
function words(text: string): string[] {
  return (
    text.match(
      /(?:metrics|params|tags)\.(?:`[^`]*`|"[^"]*")|'(?:[^']|'')*'|[\p{L}\p{N}_./:@-]+|<=|>=|!=|<>|[=<>(),~]/giu,
    ) ?? []
  );
}
