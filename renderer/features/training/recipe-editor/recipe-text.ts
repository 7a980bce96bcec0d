import { type Document, isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml';
import type { DatasetVersion } from '../../../../local-api/contract/index.ts';
import { toYaml, yamlText } from '../to-yaml.ts';

export type Format = 'yaml' | 'json';
export type Path = readonly (string | number)[];

/** Something wrong between two offsets of a text. */
export type TextFault = { from: number; to: number; message: string };

/** The value of a text, or why it has none. */
export type ReadText =
  | { value: unknown; faults: [] }
  | { value: undefined; faults: [TextFault, ...TextFault[]] };

/** A value as a text of its format. */
export function writeText(value: unknown, format: Format): string {
  return format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : toYaml(value);
}

/** A name or a text as it stands in a format. */
export function writeScalar(value: string, format: Format): string {
  return format === 'json' ? JSON.stringify(value) : yamlText(value);
}

/** Reads YAML 1.2 or JSON. Every fault of the text has a place. Cost: linear in the text. */
export function readText(text: string, format: Format): ReadText {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true });
  const [first, ...others] = document.errors.map(
    ({ pos: [from, to], message }): TextFault => ({
      from,
      to: Math.max(to, from + 1),
      message: plainWords(message),
    }),
  );
  if (first) return { value: undefined, faults: [first, ...others] };
  if (format === 'json') {
    const fault = jsonFault(text);
    if (fault) return { value: undefined, faults: [fault] };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), faults: [] };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { value: undefined, faults: [{ from: 0, to: 1, message }] };
  }
}

/** What the reader of YAML says most often, for those who don't know its terms. */
function plainWords(message: string): string {
  if (/^Implicit (map )?keys? need/.test(message)) return 'A field needs a colon and a value.';
  if (/^Map keys must be unique/.test(message)) return 'This field is there twice.';
  if (/^All mapping items must start at the same column/.test(message))
    return 'Fields beside each other begin in the same column.';
  return message;
}

/** What YAML lets pass and JSON does not: comments, texts without quotes. */
function jsonFault(text: string): TextFault | null {
  try {
    JSON.parse(text);
    return null;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const told = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    const from = Math.min(told, Math.max(0, text.length - 1));
    return { from, to: from + 1, message: `This is not JSON: ${message}` };
  }
}

/** The place in the document of a fault at a path: the value, or the name of the nearest part that is there. */
export function placeOf(
  document: Document,
  path: Path,
  wants: 'name' | 'value',
): { from: number; to: number } {
  let node: Node | null = document.contents;
  let place = startOf(node);
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined || !isScalar(pair.key)) return place;
      place = rangeOf(pair.key) ?? place;
      node = isNode(pair.value) ? pair.value : null;
      if (isLast && wants === 'value' && isScalar(node)) place = filled(rangeOf(node)) ?? place;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (!isNode(item)) return place;
      place = filled(rangeOf(item)) ?? place;
      node = item;
    } else return place;
  }
  return place;
}

const isNode = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value);

function rangeOf(node: Node): { from: number; to: number } | null {
  return node.range ? { from: node.range[0], to: node.range[1] } : null;
}

/** A value that was left empty has no extent to mark. */
const filled = (range: { from: number; to: number } | null) =>
  range !== null && range.to > range.from ? range : null;

/** The first line's worth of the whole, for what belongs nowhere else. */
function startOf(node: Node | null): { from: number; to: number } {
  const from = node?.range?.[0] ?? 0;
  if (isMap(node)) {
    const key = node.items[0]?.key;
    if (isScalar(key)) return rangeOf(key) ?? { from, to: from + 1 };
  }
  return { from, to: from + 1 };
}

/** A problem's JSON pointer as a path; the pointer may lead into a request that holds the recipe. */
export function pathOfPointer(pointer: string): string[] {
  const [, first, ...rest] = pointer
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return first === undefined ? [] : first === 'recipe' ? rest : [first, ...rest];
}

/**
 * The text with what differs between two values brought in, so that comments, order and spelling of the rest stay. A text that
 * can't be read, and JSON, is written anew.
 */
export function changeText(text: string, format: Format, before: unknown, after: unknown): string {
  const document = parseDocument(text);
  if (format === 'json' || document.errors.length > 0 || !isMap(document.contents))
    return writeText(after, format);
  for (const { path, value } of differences(before, after, [])) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, writable(document, value));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

type Difference = { path: (string | number)[]; value: unknown };

function differences(before: unknown, after: unknown, path: (string | number)[]): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [{ path, value: after }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(before[name], after[name], [...path, name]));
}

/** Short lists of scalars stand on one line. */
function writable(document: Document, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const node = document.createNode(value);
  visit(node, {
    Seq(_, list) {
      list.flow = !toYaml(list.toJSON()).startsWith('- ');
    },
  });
  return node;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export type DataVersion = Pick<DatasetVersion, 'id' | 'dataset' | 'version'>;

/** Whether a recipe names a version as recipe files do: `flights@2`. */
export function namesVersion(value: unknown, { dataset, version }: DataVersion): boolean {
  return isRecord(value) && value.dataset === `${dataset}@${version}`;
}
