import { type Field, fieldsOf, lastFields, textOf } from './protobuf-fields.ts';

/*
 * Field numbers of wandb_internal.proto.
 */
const record = { history: 2, summary: 3, config: 5, stats: 7, run: 17, exit: 18, environment: 26 };
const item = { key: 1, nestedKey: 2, valueJson: 16 };

export type Pairs = [key: string, value: unknown][];

/** What a record says, as far as it is taken over. */
export type WandbEntry =
  | { type: 'run'; run: WandbRun }
  | { type: 'config' | 'summary'; values: Pairs }
  | { type: 'history'; step: number; values: Pairs }
  | { type: 'stats'; timestampMs: number; values: Pairs }
  | { type: 'exit'; code: number; runtimeSeconds: number }
  | { type: 'environment'; user: string; program: string; host: string };

export type WandbRun = {
  id: string;
  project: string;
  group: string;
  jobType: string;
  name: string;
  notes: string;
  tags: string[];
  startedAtMs: number;
  config: Pairs;
  commit: string;
  host: string;
};

/** Null for a record of a kind that is not taken over. Throws RangeError or SyntaxError for bytes that are none. */
export function parseWandbRecord(bytes: Uint8Array): WandbEntry | null {
  for (const { id, bytes: body } of fieldsOf(bytes)) {
    if (body === null) continue;
    if (id === record.run) return { type: 'run', run: runOf(body) };
    if (id === record.config) return { type: 'config', values: itemsOf(body, 1) };
    if (id === record.summary) return { type: 'summary', values: itemsOf(body, 1) };
    if (id === record.history) return historyOf(body);
    if (id === record.stats) {
      return { type: 'stats', timestampMs: timeOf(lastFields(body).get(2)), values: itemsOf(body, 3) };
    }
    if (id === record.exit) {
      const fields = lastFields(body);
      return { type: 'exit', code: fields.get(1)?.number ?? 0, runtimeSeconds: fields.get(2)?.number ?? 0 };
    }
    if (id === record.environment) {
      const fields = lastFields(body);
      return {
        type: 'environment',
        program: textOf(fields.get(6)),
        host: textOf(fields.get(12)),
        user: textOf(fields.get(13)),
      };
    }
  }
  return null;
}

function runOf(bytes: Uint8Array): WandbRun {
  const fields = lastFields(bytes);
  const text = (id: number): string => textOf(fields.get(id));
  const config = fields.get(4)?.bytes;
  const git = fields.get(21)?.bytes;
  return {
    id: text(1),
    project: text(3),
    group: text(6),
    jobType: text(7),
    name: text(8),
    notes: text(9),
    tags: [...fieldsOf(bytes)].filter(({ id }) => id === 10).map(textOf),
    startedAtMs: timeOf(fields.get(17)),
    config: config == null ? [] : itemsOf(config, 1),
    commit: git == null ? '' : textOf(lastFields(git).get(2)),
    host: text(13),
  };
}

function historyOf(bytes: Uint8Array): WandbEntry {
  const values = itemsOf(bytes, 1);
  const step = lastFields(bytes).get(2)?.bytes;
  const own = values.find(([key]) => key === '_step')?.[1];
  const fromField = step == null ? 0 : (lastFields(step).get(1)?.number ?? 0);
  return { type: 'history', step: typeof own === 'number' ? own : fromField, values };
}

/** Items are named by a key or by the path of a nested one; their values are JSON, with Python's words for what it lacks. */
function itemsOf(bytes: Uint8Array, fieldId: number): Pairs {
  const pairs: Pairs = [];
  for (const field of fieldsOf(bytes)) {
    if (field.id !== fieldId || field.bytes === null) continue;
    const fields = [...fieldsOf(field.bytes)];
    const path = fields.filter(({ id }) => id === item.nestedKey).map(textOf);
    const key = textOf(fields.find(({ id }) => id === item.key)) || path.join('.');
    flatten(key, parseValue(textOf(fields.findLast(({ id }) => id === item.valueJson))), pairs);
  }
  return pairs;
}

/** Objects become a pair for each of their ends: `val: {acc: 1}` is `val.acc`. Media stay objects, known by their `_type`. */
function flatten(key: string, value: unknown, into: Pairs): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || '_type' in value) {
    into.push([key, value]);
    return;
  }
  for (const [name, inner] of Object.entries(value)) flatten(`${key}.${name}`, inner, into);
}

function parseValue(text: string): unknown {
  if (text === 'NaN' || text === '"NaN"') return Number.NaN;
  if (/^"?-?Infinity"?$/.test(text)) return Number(text.replaceAll('"', ''));
  return text === '' ? null : JSON.parse(text);
}

/** google.protobuf.Timestamp: seconds and nanoseconds. */
function timeOf(field: Field | undefined): number {
  if (field?.bytes == null) return 0;
  const parts = lastFields(field.bytes);
  return (parts.get(1)?.number ?? 0) * 1000 + Math.floor((parts.get(2)?.number ?? 0) / 1e6);
}
