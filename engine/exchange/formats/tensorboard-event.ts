import { type Field, fieldsOf, lastFields, textOf } from './protobuf-fields.ts';

/** What an event says, as far as it is taken over. */
export type TensorboardEvent = {
  wallTimeMs: number;
  step: number;
  scalars: { tag: string; value: number }[];
  hparams: Record<string, string>;
  /** Kinds of summaries that are no scalars, by tag. */
  others: string[];
};

/*
 * Field numbers of event.proto, summary.proto, tensor.proto and the hparams plug-in's plugin_data.proto.
 */
const event = { wallTime: 1, step: 2, summary: 5 };
const value = { tag: 1, simpleValue: 2, tensor: 8, metadata: 9 };
const tensor = { dtype: 1, content: 4, float: 5, double: 6, int: 7, int64: 10 };
const dtype = { float: 1, double: 2, int32: 3, int64: 9 };

/** Throws RangeError for bytes that are no event. */
export function parseEvent(bytes: Uint8Array): TensorboardEvent {
  const parsed: TensorboardEvent = { wallTimeMs: 0, step: 0, scalars: [], hparams: {}, others: [] };
  for (const field of fieldsOf(bytes)) {
    if (field.id === event.wallTime) parsed.wallTimeMs = Math.round(field.number * 1000);
    else if (field.id === event.step) parsed.step = field.number;
    else if (field.id === event.summary && field.bytes !== null) {
      for (const entry of fieldsOf(field.bytes)) {
        if (entry.id === 1 && entry.bytes !== null) addValue(parsed, entry.bytes);
      }
    }
  }
  return parsed;
}

function addValue(into: TensorboardEvent, bytes: Uint8Array): void {
  const fields = lastFields(bytes);
  const tag = textOf(fields.get(value.tag));
  const plugin = pluginOf(fields.get(value.metadata));
  if (plugin.name === 'hparams') {
    Object.assign(into.hparams, hparamsOf(plugin.content));
    return;
  }
  const simple = fields.get(value.simpleValue);
  // Metadata comes with the first value of a tag only, so that its absence says nothing.
  const isScalar = plugin.name === '' || plugin.name === 'scalars';
  const found = simple?.number ?? (isScalar ? numberOfTensor(fields.get(value.tensor)) : null);
  if (found === null) into.others.push(tag);
  else into.scalars.push({ tag, value: found });
}

function pluginOf(metadata: Field | undefined): { name: string; content: Uint8Array | null } {
  const data = metadata?.bytes == null ? undefined : lastFields(metadata.bytes).get(1);
  if (data?.bytes == null) return { name: '', content: null };
  const fields = lastFields(data.bytes);
  return { name: textOf(fields.get(1)), content: fields.get(2)?.bytes ?? null };
}

/** The number in a tensor that holds one; null for any other tensor. */
function numberOfTensor(field: Field | undefined): number | null {
  if (field?.bytes == null) return null;
  const fields = lastFields(field.bytes);
  const type = fields.get(tensor.dtype)?.number;
  const content = fields.get(tensor.content)?.bytes;
  if (content != null && content.byteLength > 0) return fixedNumber(content, type);
  const list = fields.get(
    type === dtype.float
      ? tensor.float
      : type === dtype.double
        ? tensor.double
        : type === dtype.int32
          ? tensor.int
          : type === dtype.int64
            ? tensor.int64
            : -1,
  );
  if (list === undefined) return null;
  if (list.bytes === null) return list.number;
  if (type === dtype.float || type === dtype.double) return fixedNumber(list.bytes, type);
  // A packed list of one integer: the field of a message that would have it alone.
  const [only] = fieldsOf(Uint8Array.of(8, ...list.bytes));
  return only?.number ?? null;
}

function fixedNumber(bytes: Uint8Array, type: number | undefined): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === dtype.float && bytes.byteLength === 4) return view.getFloat32(0, true);
  if (type === dtype.double && bytes.byteLength === 8) return view.getFloat64(0, true);
  if (type === dtype.int32 && bytes.byteLength === 4) return view.getInt32(0, true);
  if (type === dtype.int64 && bytes.byteLength === 8) return Number(view.getBigInt64(0, true));
  return null;
}

/** session_start_info.hparams: a map of names to google.protobuf.Value. */
function hparamsOf(content: Uint8Array | null): Record<string, string> {
  const start = content === null ? undefined : lastFields(content).get(3);
  if (start?.bytes == null) return {};
  const params: [string, string][] = [];
  for (const entry of fieldsOf(start.bytes)) {
    if (entry.id !== 1 || entry.bytes === null) continue;
    const pair = lastFields(entry.bytes);
    const held = pair.get(2)?.bytes;
    const fields = held == null ? new Map<number, Field>() : lastFields(held);
    const text = fields.has(2)
      ? String(fields.get(2)?.number)
      : fields.has(4)
        ? String(fields.get(4)?.number === 1)
        : textOf(fields.get(3));
    params.push([textOf(pair.get(1)), text]);
  }
  return Object.fromEntries(params);
}
