import type { Condition, SortKey } from '../../../../engine/store/index.ts';
import type { TracingService } from '../../../../engine/tracing/index.ts';
import type { Trace } from '../../../contract/index.ts';
import { invalidParameter } from '../errors.ts';
import { experimentIdOf } from '../experiment-json.ts';
import {
  allOf,
  conditionOf,
  fieldRef,
  isLike,
  listed,
  nullable,
  numeric,
  oneOf,
  orderWith,
  type Target,
} from './conditions.ts';
import { badFilter, type Comparison, parseMlflowFilter } from './filter.ts';
import { parseOrderBy } from './order-by.ts';

const maxPage = 500;

type Field = Pick<Target, 'family' | 'key' | 'kind' | 'operators'>;
const numberField = (key: string): Field => ({ family: null, key, kind: 'number', operators: numeric });
const textField = (key: string): Field => ({ family: null, key, kind: 'string', operators: listed });

const attributes: Record<string, Field> = {
  request_id: textField('id'),
  trace_id: textField('id'),
  timestamp: numberField('requestTimeMs'),
  timestamp_ms: numberField('requestTimeMs'),
  execution_time: numberField('durationMs'),
  execution_time_ms: numberField('durationMs'),
  end_time: numberField('endTimeMs'),
  end_time_ms: numberField('endTimeMs'),
  status: textField('state'),
  client_request_id: textField('clientRequestId'),
  name: textField('name'),
  run_id: { family: 'run', key: 'id', kind: 'string', operators: listed },
  prompt: { family: 'tags', key: 'mlflow.linkedPrompts', kind: 'string', operators: listed },
  text: { family: 'span', key: 'content', kind: 'string', operators: ['LIKE', 'ILIKE'] },
};
const sortKeys: Record<string, string> = { experiment_id: 'experimentId' };

const families: Record<string, string> = {
  tag: 'tags',
  tags: 'tags',
  metadata: 'metadata',
  request_metadata: 'metadata',
  feedback: 'feedback',
  expectation: 'expectation',
};
const attributeEntities = new Set<string | null>([null, 'trace', 'attribute', 'attributes']);

const states: Record<Trace['state'], string> = {
  ok: 'OK',
  error: 'ERROR',
  'in-progress': 'IN_PROGRESS',
  unspecified: 'TRACE_STATUS_UNSPECIFIED',
};

function attributeOf(key: string, text: string): Field {
  const field = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return field ?? badFilter(`there is no ${text}; traces have ${Object.keys(attributes).join(', ')}.`);
}

function targetOf({ entity, key, text }: Comparison): Target {
  if (attributeEntities.has(entity)) return attributeOf(key, text);
  if (entity === 'span') {
    if (!/^(?:name|type|status|content|attributes\..+)$/s.test(key)) badFilter(`spans have no ${text}.`);
    return { family: 'span', key, kind: 'string', operators: listed };
  }
  const family = entity !== null && Object.hasOwn(families, entity) ? families[entity] : undefined;
  if (family === undefined) return badFilter(`"${entity}" in ${text} is nothing that traces have.`);
  return { family, key, kind: 'string', operators: nullable };
}

/** Our names of the states that a comparison with MLflow's holds for. */
function stateCondition(comparison: Comparison, target: Target): Condition {
  conditionOf(comparison, target);
  const { operator, values } = comparison;
  const wanted = values.map(({ value }) => String(value));
  const fits = (name: string): boolean => {
    if (operator === 'LIKE' || operator === 'ILIKE') {
      return isLike(name, wanted[0] ?? '', operator === 'ILIKE');
    }
    return wanted.includes(name) === (operator === '=' || operator === 'IN');
  };
  const found = Object.entries(states).filter(([, name]) => fits(name));
  return oneOf(
    'state',
    found.map(([ours]) => ours),
  );
}

function conditionsOf(filter: string | undefined): Condition[] {
  return parseMlflowFilter(filter).map((each) => {
    const target = targetOf(each);
    return target.family === null && target.key === 'state'
      ? stateCondition(each, target)
      : conditionOf(each, target);
  });
}

function orderOf(orderBy: readonly string[]): SortKey[] {
  return parseOrderBy(orderBy).map(({ entity, key, descending, text }) => {
    if (!attributeEntities.has(entity)) {
      throw invalidParameter(`Invalid order_by "${text}": traces are sorted by their attributes.`);
    }
    const own = Object.hasOwn(sortKeys, key) ? sortKeys[key] : undefined;
    if (own !== undefined) return { field: fieldRef({ family: null, key: own }), descending };
    if (key === 'prompt' || key === 'text' || !Object.hasOwn(attributes, key)) {
      throw invalidParameter(`Invalid order_by "${text}": traces are not sorted by it.`);
    }
    return { field: fieldRef(attributeOf(key, text)), descending };
  });
}

export type TraceSearch = {
  experiment_ids: string[];
  filter?: string | undefined;
  max_results?: number | undefined;
  order_by: string[];
  page_token?: string | undefined;
};

/** Throws INVALID_PARAMETER_VALUE. */
export async function searchTraces(
  tracing: TracingService,
  input: TraceSearch,
): Promise<{ traces: Trace[]; next: { next_page_token?: string } }> {
  const limit = input.max_results ?? 100;
  if (limit < 1 || limit > maxPage) {
    throw invalidParameter(
      `Invalid value ${limit} for parameter 'max_results': it has to be 1 to ${maxPage}.`,
    );
  }
  const experimentIds = [...new Set(input.experiment_ids.map((id) => String(experimentIdOf(id))))];
  const asked = orderOf(input.order_by);
  const newestFirst = { field: fieldRef({ family: null, key: 'requestTimeMs' }), descending: true };
  const byId = { field: fieldRef({ family: null, key: 'id' }), descending: false };
  const page = await tracing.search({
    condition: allOf([...conditionsOf(input.filter), oneOf('experimentId', experimentIds)]),
    orderBy: orderWith(asked, [newestFirst, byId]),
    sameAs: [experimentIds.join(), input.filter ?? '', JSON.stringify(input.order_by)],
    limit,
    cursor: input.page_token === '' ? undefined : input.page_token,
  });
  return { traces: page.items, next: page.nextCursor === null ? {} : { next_page_token: page.nextCursor } };
}
