import type { FilterCompletion } from '../../components/FilterBar.tsx';

const textFields = ['name', 'state', 'id', 'experimentId', 'clientRequestId'];
const numberFields = ['durationMs', 'requestTimeMs', 'endTimeMs', 'spans'];
const states = ['ok', 'error', 'in-progress', 'unspecified'];
const others = [
  'run.id',
  'span.name',
  'span.type',
  'span.status',
  'span.content',
  'span.attributes.',
  'tags.',
  'metadata.',
  'feedback.',
  'expectation.',
];
const comparisons = /^(=|!=|<>|<|<=|>|>=|like|ilike)$/;

/** What can be written next in a filter over traces. Pure text work; the server has the last word. */
export function completeTraceFilter(
  text: string,
  caret: number,
  known: { tags: readonly string[]; feedback: readonly string[] },
): FilterCompletion[] {
  const before = text.slice(0, caret);
  const open = /(?:^|[\s(])(state|span\.status)\s*(?:=|!=|<>)\s*'?([a-z-]*)$/.exec(before);
  if (open) {
    const [, field, typed = ''] = open;
    const start = before.length - typed.length - (before.at(-typed.length - 1) === "'" ? 1 : 0);
    const values = field === 'state' ? states : ['ok', 'error', 'unset'];
    return values
      .filter((value) => value.startsWith(typed))
      .map((value) => ({ text: `'${value}' `, label: value, kind: 'value', start }));
  }
  if ((before.match(/'/g)?.length ?? 0) % 2 === 1) return [];
  const typed = /[\p{L}\p{N}_./:@`-]*$/u.exec(before)?.[0] ?? '';
  const start = before.length - typed.length;
  const last = before.slice(0, start).trim().split(/\s+/).at(-1)?.toLowerCase() ?? '';
  if (comparisons.test(last)) return [];
  if (last === '' || /^(and|or|not|by|\(|,)$/.test(last)) return fields(typed, start, known);
  if (isField(last)) return operators(last, typed, start);
  return ['and', 'or', 'order by']
    .filter((word) => word.startsWith(typed.toLowerCase()))
    .map((word) => ({ text: `${word} `, label: word, kind: 'word', start }));
}

function fields(
  typed: string,
  start: number,
  known: { tags: readonly string[]; feedback: readonly string[] },
): FilterCompletion[] {
  const names = [
    ...textFields,
    ...numberFields,
    ...known.tags.map((key) => `tags.${quoted(key)}`),
    ...known.feedback.map((key) => `feedback.${quoted(key)}`),
    ...others,
  ];
  const wanted = typed.toLowerCase();
  const found = names.filter((name) => name.toLowerCase().includes(wanted) && name.toLowerCase() !== wanted);
  return found
    .sort((a, b) => Number(b.toLowerCase().startsWith(wanted)) - Number(a.toLowerCase().startsWith(wanted)))
    .slice(0, 12)
    .map((name) => ({ text: name.endsWith('.') ? name : `${name} `, label: name, kind: 'field', start }));
}

function quoted(key: string): string {
  return /^[A-Za-z_][\w.]*$/.test(key) ? key : `\`${key}\``;
}

function isField(word: string): boolean {
  return (
    [...textFields, ...numberFields].some((field) => field.toLowerCase() === word) ||
    /^(run|span|tags|metadata|feedback|expectation)\./.test(word)
  );
}

function operators(field: string, typed: string, start: number): FilterCompletion[] {
  const isNumber = numberFields.some((each) => each.toLowerCase() === field);
  const list = isNumber ? ['>', '>=', '<', '<=', '=', 'between'] : ['=', '!=', 'like', 'ilike', 'in ('];
  return list
    .filter((operator) => operator.startsWith(typed))
    .map((operator) => ({
      text: operator.endsWith('(') ? operator : `${operator} `,
      label: operator,
      kind: 'operator',
      start,
    }));
}
