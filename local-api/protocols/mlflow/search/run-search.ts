import type { Condition, SortKey } from '../../../../engine/store/index.ts';
import type { TrackingService } from '../../../../engine/tracking/index.ts';
import { JsonText } from '../endpoint.ts';
import { invalidParameter } from '../errors.ts';
import { experimentIdOf } from '../experiment-json.ts';
import type { ViewType } from '../fields.ts';
import { runJson, runStatuses } from '../run-json.ts';
import {
  allOf,
  conditionOf,
  constant,
  equals,
  fieldRef,
  isLike,
  listed,
  nullable,
  numeric,
  oneOf,
  orderWith,
  type Target,
  textual,
} from './conditions.ts';
import { badFilter, type Comparison, parseMlflowFilter } from './filter.ts';
import { type OrderKey, parseOrderBy } from './order-by.ts';

const maxPage = 50_000;
/** Read and written at once, some ten milliseconds; between two of them others have their turn. */
const atOnce = 200;

const entities: Record<string, 'metrics' | 'params' | 'tags' | 'attributes' | 'datasets'> = {
  metric: 'metrics',
  metrics: 'metrics',
  param: 'params',
  params: 'params',
  parameter: 'params',
  parameters: 'params',
  tag: 'tags',
  tags: 'tags',
  attribute: 'attributes',
  attributes: 'attributes',
  attr: 'attributes',
  run: 'attributes',
  dataset: 'datasets',
  datasets: 'datasets',
};

type Field = { key: string; kind: 'number' | 'string' };
const runName: Field = { key: 'name', kind: 'string' };
const startTime: Field = { key: 'startedAtMs', kind: 'number' };
const attributes: Record<string, Field> = {
  run_id: { key: 'id', kind: 'string' },
  run_name: runName,
  'run name': runName,
  'Run name': runName,
  'Run Name': runName,
  status: { key: 'status', kind: 'string' },
  user_id: { key: 'user', kind: 'string' },
  artifact_uri: { key: 'artifactUri', kind: 'string' },
  start_time: startTime,
  created: startTime,
  Created: startTime,
  end_time: { key: 'endedAtMs', kind: 'number' },
};

/** Tags that are columns here. */
const columns: Record<string, Omit<Target, 'kind' | 'operators'>> = {
  'mlflow.runName': { family: null, key: 'name' },
  'mlflow.user': { family: null, key: 'user', emptyIsAbsent: true },
  'mlflow.source.name': { family: null, key: 'source', emptyIsAbsent: true },
  'mlflow.note.content': { family: null, key: 'notes', emptyIsAbsent: true },
  'mlflow.parentRunId': { family: null, key: 'parentRunId' },
};

function entityOf(entity: string | null, text: string): (typeof entities)[string] {
  const known =
    entity === null ? 'attributes' : Object.hasOwn(entities, entity) ? entities[entity] : undefined;
  return (
    known ?? badFilter(`"${entity}" in ${text} is none of metrics, params, tags, attributes and datasets.`)
  );
}

function attributeOf(key: string, text: string): Field {
  const field = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return (
    field ?? badFilter(`there is no attribute ${text}; runs have ${Object.keys(attributes).join(', ')}.`)
  );
}

function targetOf({ entity, key, text }: Comparison): Target {
  const family = entityOf(entity, text);
  switch (family) {
    case 'metrics':
      return { family, key, kind: 'number', operators: numeric };
    case 'params':
      return { family, key, kind: 'string', operators: nullable };
    case 'tags': {
      const column = Object.hasOwn(columns, key) ? columns[key] : undefined;
      return { family, key, ...column, kind: 'string', operators: nullable };
    }
    case 'datasets': {
      if (!['name', 'digest', 'context'].includes(key))
        badFilter(`there is no ${text}; datasets have name, digest and context.`);
      return { family, key, kind: 'string', operators: listed };
    }
    default: {
      const field = attributeOf(key, text);
      const operators = field.kind === 'number' ? numeric : field.key === 'id' ? listed : textual;
      return { family: null, ...field, operators };
    }
  }
}

/** Our names of the statuses that a comparison with MLflow's holds for. */
function statusCondition(comparison: Comparison, target: Target): Condition {
  conditionOf(comparison, target);
  const { operator, values } = comparison;
  const wanted = String(values[0]?.value ?? '');
  const fits = (name: string): boolean =>
    operator === '=' || operator === '!='
      ? (name === wanted) === (operator === '=')
      : isLike(name, wanted, operator === 'ILIKE');
  const found = Object.entries(runStatuses).filter(([, name]) => fits(name));
  return oneOf(
    'status',
    found.map(([ours]) => ours),
  );
}

export function runCondition(filter: string | undefined): Condition[] {
  return parseMlflowFilter(filter).map((each) => {
    const target = targetOf(each);
    return target.family === null && target.key === 'status'
      ? statusCondition(each, target)
      : conditionOf(each, target);
  });
}

function sortKeyOf({ entity, key, descending, text }: OrderKey): SortKey {
  const family = entityOf(entity, text);
  if (family === 'datasets')
    throw invalidParameter(`Invalid order_by "${text}": runs are not sorted by datasets.`);
  if (family === 'attributes') {
    return { field: fieldRef({ family: null, key: attributeOf(key, text).key }), descending };
  }
  const column = family === 'tags' && Object.hasOwn(columns, key) ? columns[key] : undefined;
  return { field: fieldRef(column ?? { family, key }), descending };
}

type Input = {
  experiment_ids: string[];
  filter: string | undefined;
  run_view_type: ViewType | undefined;
  max_results: number | undefined;
  order_by: string[];
  page_token: string | undefined;
};

/** Answers `runs/search`, written run by run. Throws INVALID_PARAMETER_VALUE. */
export async function searchRuns(tracking: TrackingService, input: Input): Promise<JsonText> {
  const limit = input.max_results ?? 1000;
  if (limit < 0 || limit > maxPage) {
    throw invalidParameter(
      `Invalid value ${limit} for parameter 'max_results': it has to be at most ${maxPage}.`,
    );
  }
  const view = input.run_view_type ?? 'ACTIVE_ONLY';
  const experimentIds = input.experiment_ids.map((id) => String(experimentIdOf(id)));
  const conditions = runCondition(input.filter);
  const orderBy = orderWith(parseOrderBy(input.order_by).map(sortKeyOf), [
    { field: fieldRef({ family: null, key: 'startedAtMs' }), descending: true },
    { field: fieldRef({ family: null, key: 'id' }), descending: false },
  ]);
  if (experimentIds.length === 0 || limit === 0) return new JsonText('{}');
  conditions.push(oneOf('experimentId', [...new Set(experimentIds)]));
  conditions.push(
    view === 'ALL' ? constant(true) : equals('lifecycle', view === 'DELETED_ONLY' ? 'deleted' : 'active'),
  );
  const search = {
    condition: allOf(conditions),
    orderBy,
    sameAs: [experimentIds.join(), input.filter ?? '', JSON.stringify(input.order_by), view],
  };
  const written: string[] = [];
  let cursor = input.page_token === '' ? undefined : input.page_token;
  do {
    const page = await tracking.searchRuns({
      ...search,
      limit: Math.min(limit - written.length, atOnce),
      cursor,
    });
    for (const run of page.items) written.push(JSON.stringify(runJson(run, { withModelInputs: false })));
    cursor = page.nextCursor ?? undefined;
    if (cursor !== undefined) await new Promise(setImmediate);
  } while (cursor !== undefined && written.length < limit);
  const token = cursor === undefined ? '' : `"next_page_token":${JSON.stringify(cursor)}`;
  const runs = written.length === 0 ? '' : `"runs":[${written.join(',')}]`;
  return new JsonText(`{${[runs, token].filter((part) => part !== '').join(',')}}`);
}
