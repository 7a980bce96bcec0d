import type { Condition, SortKey } from '../../../../engine/store/index.ts';
import type { TrackingService } from '../../../../engine/tracking/index.ts';
import { invalidParameter } from '../errors.ts';
import { experimentJson } from '../experiment-json.ts';
import { unlessEmpty, type ViewType } from '../fields.ts';
import {
  allOf,
  conditionOf,
  equals,
  fieldRef,
  nullable,
  numeric,
  orderWith,
  type Target,
  textual,
} from './conditions.ts';
import { badFilter, type Comparison, parseMlflowFilter } from './filter.ts';
import { parseOrderBy } from './order-by.ts';

const maxPage = 50_000;
/** Read and written at once; between two of them others have their turn. */
const atOnce = 500;

const fields: Record<string, { key: string; kind: 'number' | 'string' }> = {
  name: { key: 'name', kind: 'string' },
  creation_time: { key: 'createdAtMs', kind: 'number' },
  last_update_time: { key: 'updatedAtMs', kind: 'number' },
};

function targetOf({ entity, key, text }: Comparison): Target {
  if (entity === 'tag' || entity === 'tags') {
    if (key === 'mlflow.note.content') {
      return { family: null, key: 'description', kind: 'string', operators: nullable, emptyIsAbsent: true };
    }
    return { family: 'tags', key, kind: 'string', operators: nullable };
  }
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
  const isAttribute = entity === null || entity === 'attribute' || entity === 'attributes';
  if (!isAttribute || field === undefined) {
    return badFilter(
      `there is no ${text}; experiments have ${Object.keys(fields).join(', ')} and tags.<key>.`,
    );
  }
  return { family: null, ...field, operators: field.kind === 'number' ? numeric : textual };
}

const sortFields: Record<string, string> = {
  name: 'name',
  experiment_id: 'number',
  creation_time: 'createdAtMs',
  last_update_time: 'updatedAtMs',
};

function orderOf(orderBy: readonly string[]): SortKey[] {
  const keys = parseOrderBy(orderBy).map(({ entity, key, descending, text }): SortKey => {
    const field = Object.hasOwn(sortFields, key) ? sortFields[key] : undefined;
    if (field === undefined || (entity !== null && !/^attributes?$/.test(entity))) {
      throw invalidParameter(
        `Invalid order_by "${text}": experiments are sorted by ${Object.keys(sortFields).join(', ')}.`,
      );
    }
    return { field: fieldRef({ family: null, key: field }), descending };
  });
  const number = { field: fieldRef({ family: null, key: 'number' }), descending: keys.length > 0 };
  if (keys.length === 0)
    keys.push({ field: fieldRef({ family: null, key: 'createdAtMs' }), descending: true });
  return orderWith(keys, [number]);
}

type Input = {
  max_results: number | undefined;
  page_token: string | undefined;
  filter: string | undefined;
  order_by: string[];
  view_type: ViewType | undefined;
};

/** Throws INVALID_PARAMETER_VALUE. */
export async function searchExperiments(tracking: TrackingService, input: Input): Promise<object> {
  const limit = input.max_results ?? 1000;
  if (limit < 1 || limit > maxPage) {
    throw invalidParameter(
      `Invalid value ${limit} for parameter 'max_results': it has to be 1 to ${maxPage}.`,
    );
  }
  const view = input.view_type ?? 'ACTIVE_ONLY';
  const conditions: Condition[] = parseMlflowFilter(input.filter).map((each) =>
    conditionOf(each, targetOf(each)),
  );
  if (view !== 'ALL') conditions.push(equals('lifecycle', view === 'DELETED_ONLY' ? 'deleted' : 'active'));
  const search = {
    condition: allOf(conditions),
    orderBy: orderOf(input.order_by),
    sameAs: [input.filter ?? '', JSON.stringify(input.order_by), view],
  };
  const experiments: object[] = [];
  let cursor = input.page_token === '' ? undefined : input.page_token;
  do {
    const page = await tracking.searchExperiments({
      ...search,
      limit: Math.min(limit - experiments.length, atOnce),
      cursor,
    });
    experiments.push(...page.items.map(experimentJson));
    cursor = page.nextCursor ?? undefined;
    if (cursor !== undefined) await new Promise(setImmediate);
  } while (cursor !== undefined && experiments.length < limit);
  return {
    ...unlessEmpty('experiments', experiments),
    ...(cursor === undefined ? {} : { next_page_token: cursor }),
  };
}
