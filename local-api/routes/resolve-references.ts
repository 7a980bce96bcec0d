import { z } from 'zod';
import { AssayError } from '../../engine/errors.ts';
import {
  type DatasetVersion,
  type Endpoint,
  type ReferenceKind,
  referenceFields,
} from '../contract/index.ts';
import type { ParsedRequest } from './validate.ts';

type Holder = Record<string, unknown>;
/** A reference in a request: the object it stands in, and under which name. */
type Found = { holder: Holder; name: string; kind: ReferenceKind };
/** Collects the references in a value. */
type Finder = (holder: Holder, name: string, found: Found[]) => void;

/** Replaces the references to dataset versions in a checked request by what they name now. */
export type ReferenceResolver = (request: ParsedRequest) => Promise<void>;

/**
 * The one place where references to dataset versions (`flights@3`) in requests are resolved: fields that the contract marks hold
 * ids afterwards, and a dataset with a version beside it has its number. Null for an endpoint without such fields. An id is left
 * alone, whatever it names. Errors: those of `resolve`; `request/invalid` where two versions are named.
 */
export function referenceResolver(
  endpoint: Pick<Endpoint, 'params' | 'query' | 'body'>,
  resolve: (reference: string) => Promise<DatasetVersion>,
): ReferenceResolver | null {
  const finders = (['params', 'query', 'body'] as const).flatMap((part) => {
    const schema = endpoint[part];
    const find = schema === undefined || schema === 'bytes' ? null : finderOf(schema);
    return find === null ? [] : [{ part, find }];
  });
  if (finders.length === 0) return null;
  return async (request) => {
    const found: Found[] = [];
    for (const { part, find } of finders) find(request, part, found);
    for (const each of found) await settle(each, resolve);
  };
}

/** Whether a request may name dataset versions by references. */
export function hasReferences({ params, query, body }: Pick<Endpoint, 'params' | 'query' | 'body'>): boolean {
  return [params, query, body].some(
    (schema) => schema !== undefined && schema !== 'bytes' && finderOf(schema) !== null,
  );
}

const isId = (text: string): boolean => /^dsv_[0-9A-Za-z]+$/.test(text);

async function settle(
  { holder, name, kind }: Found,
  resolve: (reference: string) => Promise<DatasetVersion>,
): Promise<void> {
  const text = String(holder[name]);
  if (kind === 'version') {
    if (!isId(text)) holder[name] = (await resolve(text)).id;
    return;
  }
  const at = text.lastIndexOf('@');
  if (at === -1) return;
  const { version: given } = holder;
  if (given !== undefined && given !== 'latest')
    throw new AssayError('request/invalid', `"${text}" names a version, and so does "version": give one.`, {
      problems: [
        { path: `/${name}`, message: 'names a version, and so does "version"', expected: 'one of them' },
      ],
    });
  if (/^(latest)?$/i.test(text.slice(at + 1))) {
    holder[name] = text.slice(0, at);
    return;
  }
  const { dataset, version } = await resolve(text);
  holder[name] = dataset;
  holder.version = version;
}

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

/** Null where no marked field lies below a schema. Recursive schemas hold none. */
function finderOf(schema: z.ZodType): Finder | null {
  if (schema instanceof z.ZodString) {
    const kind = referenceFields.get(schema)?.kind;
    if (kind === undefined) return null;
    return (holder, name, found) => {
      if (typeof holder[name] === 'string') found.push({ holder, name, kind });
    };
  }
  if (schema instanceof z.ZodObject) return finderOfObject(schema);
  if (schema instanceof z.ZodArray) {
    const find = finderOf(schema.element as z.ZodType);
    if (find === null) return null;
    return (holder, name, found) => {
      const list = holder[name];
      if (Array.isArray(list)) for (const index of list.keys()) find(list as never, String(index), found);
    };
  }
  if (schema instanceof z.ZodRecord) {
    const find = finderOf(schema.valueType as z.ZodType);
    if (find === null) return null;
    return (holder, name, found) => {
      const record = holder[name];
      if (isHolder(record)) for (const key of Object.keys(record)) find(record, key, found);
    };
  }
  if (schema instanceof z.ZodUnion) {
    const options = (schema.options as z.ZodType[]).flatMap((option) => {
      const find = finderOf(option);
      return find === null ? [] : [{ option, find }];
    });
    if (options.length === 0) return null;
    return (holder, name, found) => {
      for (const { option, find } of options) if (mayBe(option, holder[name])) find(holder, name, found);
    };
  }
  if (schema instanceof z.ZodIntersection) {
    const both = [schema.def.left, schema.def.right].map((side) => finderOf(side as z.ZodType));
    if (both.every((find) => find === null)) return null;
    return (holder, name, found) => {
      for (const find of both) find?.(holder, name, found);
    };
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return finderOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodPipe ? finderOf(schema.out as z.ZodType) : null;
}

function finderOfObject(schema: z.ZodObject): Finder | null {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([field, type]) => {
    const find = finderOf(type);
    return find === null ? [] : [{ field, find }];
  });
  if (fields.length === 0) return null;
  return (holder, name, found) => {
    const value = holder[name];
    if (isHolder(value)) for (const { field, find } of fields) find(value, field, found);
  };
}

/** Whether a value may be of this option of a union, by the fields that say which it is. */
function mayBe(option: z.ZodType, value: unknown): boolean {
  if (!(option instanceof z.ZodObject)) return true;
  return (
    isHolder(value) &&
    Object.entries(option.shape as Record<string, z.ZodType>).every(
      ([field, type]) => !(type instanceof z.ZodLiteral) || type.values.has(value[field] as never),
    )
  );
}
