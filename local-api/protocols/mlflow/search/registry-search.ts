import type { MatchingQuery, ModelRegistry } from '../../../../engine/models/index.ts';
import type { Condition, SortKey } from '../../../../engine/store/index.ts';
import type { Page } from '../../../contract/index.ts';
import { invalidParameter } from '../errors.ts';
import { unlessEmpty } from '../fields.ts';
import { modelJson, versionJson } from '../registry-json.ts';
import {
  allOf,
  conditionOf,
  equals,
  fieldRef,
  listed,
  numeric,
  orderWith,
  type Target,
  textual,
} from './conditions.ts';
import { badFilter, type Comparison, parseMlflowFilter } from './filter.ts';
import { parseOrderBy } from './order-by.ts';

const maxModels = 1000;
const maxVersions = 200_000;
/** Read and written at once; between two of them others have their turn. */
const atOnce = 500;

const promptTag = 'mlflow.prompt.is_prompt';
const updated = { key: 'updatedAtMs' } as const;

type Fields = Record<string, Pick<Target, 'key' | 'kind' | 'operators'>>;
type Sorted = Record<string, { key: string }>;

const name = { key: 'name', kind: 'string', operators: textual } as const;
const modelFields: Fields = { name };
const modelOrder: Sorted = {
  name,
  timestamp: updated,
  last_updated_timestamp: updated,
  creation_timestamp: { key: 'createdAtMs' },
};
const versionFields: Fields = {
  name: { key: 'model', kind: 'string', operators: listed },
  run_id: { key: 'runId', kind: 'string', operators: listed },
  source_path: { key: 'source', kind: 'string', operators: textual },
  version_number: { key: 'number', kind: 'number', operators: numeric },
};
const versionOrder: Sorted = {
  name: { key: 'model' },
  version_number: { key: 'number' },
  creation_timestamp: { key: 'createdAtMs' },
  last_updated_timestamp: updated,
};

function targetOf({ entity, key, text }: Comparison, fields: Fields): Target {
  if (entity === 'tag' || entity === 'tags')
    return { family: 'tags', key, kind: 'string', operators: textual };
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if ((entity === null || entity === 'attribute') && field !== undefined) return { family: null, ...field };
  return badFilter(`there is no ${text}; there are ${Object.keys(fields).join(', ')} and tags.<key>.`);
}

/** `= 'true'` and its opposites choose between prompts and models, which lack the tag. */
function kindWanted({ operator, values }: Comparison): 'prompt' | 'model' | null {
  const wanted = String(values[0]?.value ?? '').toLowerCase();
  if (!['true', 'false'].includes(wanted) || !['=', '!='].includes(operator)) return null;
  return (wanted === 'true') === (operator === '=') ? 'prompt' : 'model';
}

/** Prompts are left out unless the filter asks for them. */
function conditionsOf(filter: string | undefined, fields: Fields): Condition[] {
  const kinds: ('prompt' | 'model')[] = [];
  const conditions = parseMlflowFilter(filter).flatMap((each) => {
    const target = targetOf(each, fields);
    const kind = target.family === 'tags' && target.key === promptTag ? kindWanted(each) : null;
    if (kind === null) return [conditionOf(each, target)];
    kinds.push(kind);
    return [];
  });
  return [...conditions, ...(kinds.length === 0 ? ['model'] : kinds).map((kind) => equals('kind', kind))];
}

function orderOf(orderBy: readonly string[], fields: Sorted): SortKey[] {
  return parseOrderBy(orderBy).map(({ entity, key, descending, text }) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined || (entity !== null && !/^attributes?$/.test(entity))) {
      throw invalidParameter(`Invalid order_by "${text}": it is one of ${Object.keys(fields).join(', ')}.`);
    }
    return { field: fieldRef({ family: null, key: field.key }), descending };
  });
}

function sortKey(key: string, descending = false): SortKey {
  return { field: fieldRef({ family: null, key }), descending };
}

export type RegistrySearch = {
  filter?: string | undefined;
  max_results?: number | undefined;
  order_by: string[];
  page_token?: string | undefined;
};

function limitOf(input: RegistrySearch, usual: number, most: number): number {
  const limit = input.max_results ?? usual;
  if (limit >= 1 && limit <= most) return limit;
  throw invalidParameter(`Invalid value ${limit} for parameter 'max_results': it has to be 1 to ${most}.`);
}

/** Reads a page of any size in small steps, each item as JSON. */
async function readAll<T>(
  limit: number,
  query: Omit<MatchingQuery, 'limit' | 'cursor'>,
  token: string | undefined,
  read: (query: MatchingQuery) => Promise<Page<T>>,
  write: (items: T[]) => Promise<object[]> | object[],
): Promise<{ found: object[]; next: { next_page_token?: string } }> {
  const found: object[] = [];
  let cursor = token === '' ? undefined : token;
  do {
    const page = await read({ ...query, limit: Math.min(limit - found.length, atOnce), cursor });
    found.push(...(await write(page.items)));
    cursor = page.nextCursor ?? undefined;
    if (cursor !== undefined) await new Promise(setImmediate);
  } while (cursor !== undefined && found.length < limit);
  return { found, next: cursor === undefined ? {} : { next_page_token: cursor } };
}

/** Answers `registered-models/search`. Throws INVALID_PARAMETER_VALUE. */
export async function searchModels(models: ModelRegistry, input: RegistrySearch): Promise<object> {
  const query = {
    condition: allOf(conditionsOf(input.filter, modelFields)),
    orderBy: orderWith(orderOf(input.order_by, modelOrder), [sortKey('name')]),
    sameAs: [input.filter ?? '', JSON.stringify(input.order_by)],
  };
  const limit = limitOf(input, 100, maxModels);
  const { found, next } = await readAll(
    limit,
    query,
    input.page_token,
    models.listMatching,
    async (items) => {
      const details = await models.details(items.map((item) => item.name));
      return items.map((item) => modelJson(item, details.get(item.name)));
    },
  );
  return { ...unlessEmpty('registered_models', found), ...next };
}

/** Answers `model-versions/search`. Throws INVALID_PARAMETER_VALUE. */
export async function searchVersions(models: ModelRegistry, input: RegistrySearch): Promise<object> {
  const asked = orderOf(input.order_by, versionOrder);
  const keys = asked.length === 0 ? [sortKey('updatedAtMs', true)] : asked;
  const query = {
    condition: allOf(conditionsOf(input.filter, versionFields)),
    orderBy: orderWith(keys, [sortKey('model'), sortKey('number', true)]),
    sameAs: [input.filter ?? '', JSON.stringify(input.order_by)],
  };
  const limit = limitOf(input, maxVersions, maxVersions);
  const { found, next } = await readAll(
    limit,
    query,
    input.page_token,
    models.listVersionsMatching,
    (items) => items.map((item) => versionJson(item, { withAliases: false })),
  );
  return { ...unlessEmpty('model_versions', found), ...next };
}
