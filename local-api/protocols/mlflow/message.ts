import { z } from 'zod';

/*
 * The messages of MLflow's protocol, which are protocol buffers in JSON: a field may be missing or null, a 64-bit integer
 * may be text, an enum a name or a number, a double the text "NaN"; names are snake_case and also understood in camelCase;
 * what is not known is ignored. In a query all values are texts.
 */

type Parse<T> = (value: unknown) => { value: T } | { fault: string };

/** An optional field: undefined where it is missing or null. What is missing is read as null, so that the key is there always. */
function field<T>(parse: Parse<T>) {
  return z
    .unknown()
    .transform((value, context): T | undefined => {
      if (value === undefined || value === null) return undefined;
      const parsed = parse(value);
      if ('value' in parsed) return parsed.value;
      context.issues.push({ code: 'custom', input: value, message: parsed.fault });
      return z.NEVER;
    })
    .prefault(null);
}

export const text = () =>
  field<string>((value) => (typeof value === 'string' ? { value } : { fault: 'must be a text' }));

/** Numbers are exact up to 2^53, in JSON as in our tables. */
export const int64 = () =>
  field<number>((value) => {
    const isNumeric =
      typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.0*)?$/.test(value));
    const number = isNumeric ? Number(value) : Number.NaN;
    return Number.isSafeInteger(number) ? { value: number } : { fault: 'must be an integer' };
  });

/** `true` counts as 1, as it does in MLflow. */
export const double = () =>
  field<number>((value) => {
    if (typeof value === 'number') return { value };
    if (typeof value === 'boolean') return { value: value ? 1 : 0 };
    if (typeof value === 'string') {
      const named = {
        NaN: Number.NaN,
        Infinity: Number.POSITIVE_INFINITY,
        '-Infinity': Number.NEGATIVE_INFINITY,
      }[value];
      if (named !== undefined) return { value: named };
      if (value.trim() !== '' && Number.isFinite(Number(value))) return { value: Number(value) };
    }
    return { fault: 'must be a number' };
  });

/** Python writes True and False into a query. */
export const bool = () =>
  field<boolean>((value) => {
    if (typeof value === 'boolean') return { value };
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    return word === 'true' || word === 'false'
      ? { value: word === 'true' }
      : { fault: 'must be true or false' };
  });

/** By its name or its number. */
export function enumeration<const T extends Record<string, number>>(members: T) {
  const names = Object.keys(members) as (keyof T & string)[];
  return field<keyof T & string>((value) => {
    const found = names.find((name) => name === value || members[name] === Number(value));
    const isSet = value !== '' && typeof value !== 'boolean';
    return isSet && found !== undefined ? { value: found } : { fault: `must be one of ${names.join(', ')}` };
  });
}

/** A repeated field; one value alone is a list of it, as it arrives in a query. */
export function repeated<T extends z.ZodType>(item: T) {
  const items = z.array(item);
  return z
    .unknown()
    .transform((value, context): z.output<T>[] => {
      const list = value === null ? [] : typeof value === 'string' ? [value] : value;
      if (!Array.isArray(list)) {
        context.issues.push({ code: 'custom', input: value, message: 'must be a list' });
        return z.NEVER;
      }
      const parsed = items.safeParse(list);
      if (parsed.success) return parsed.data;
      for (const { path, message } of parsed.error.issues) {
        context.issues.push({ code: 'custom', input: value, path, message });
      }
      return z.NEVER;
    })
    .prefault([]);
}

/** A text that an item of a list has to be. */
export const item = () => z.string();

/** Neither missing nor null nor the empty text, which is what MLflow calls required. */
export function required<T>(of: z.ZodType<T | undefined>) {
  return z
    .unknown()
    .transform((value, context): T => {
      const parsed = value === null || value === '' ? null : of.safeParse(value);
      if (parsed?.success && parsed.data !== undefined) return parsed.data;
      const fault =
        parsed === null || parsed.success ? missing : (parsed.error.issues[0]?.message ?? missing);
      context.issues.push({ code: 'custom', input: value, message: fault });
      return z.NEVER;
    })
    .prefault('');
}
const missing = 'missing';

/** A message with these fields. */
export function message<T extends z.ZodRawShape>(shape: T) {
  const isField = new Set(Object.keys(shape));
  const inSnakeCase = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const strangers = Object.keys(value).filter((key) => !isField.has(key) && /[A-Z]/.test(key));
    if (strangers.length === 0) return value;
    const copy: Record<string, unknown> = { ...value };
    for (const key of strangers) {
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (isField.has(name)) copy[name] ??= copy[key];
    }
    return copy;
  };
  return z.preprocess(inSnakeCase, z.object(shape));
}

/** An empty message. */
export const nothing = message({});

/** Names each field at fault the way MLflow does: `metrics[0].timestamp`. */
export function faultsOf(error: z.ZodError): string {
  const faults = error.issues.map((issue) => {
    const path = issue.path.reduce<string>(
      (before, part) =>
        typeof part === 'number' ? `${before}[${part}]` : before ? `${before}.${String(part)}` : String(part),
      '',
    );
    return issue.message === missing
      ? `Missing value for required parameter '${path}'.`
      : path === ''
        ? 'The request has to be a JSON object.'
        : `Invalid value for parameter '${path}': it ${issue.message.startsWith('must') ? issue.message : `is not valid (${issue.message})`}.`;
  });
  return faults.slice(0, 20).join(' ');
}
