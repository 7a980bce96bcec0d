import type { Condition, SortKey } from '../../../../engine/store/index.ts';
import type { LoggedModel, TrackingService } from '../../../../engine/tracking/index.ts';
import { invalidParameter } from '../errors.ts';
import { experimentIdOf } from '../experiment-json.ts';
import { unlessEmpty } from '../fields.ts';
import {
  allOf,
  conditionOf,
  equals,
  fieldRef,
  listed,
  numeric,
  oneOf,
  orderWith,
  type Target,
} from './conditions.ts';
import { badFilter, type Comparison, parseMlflowFilter } from './filter.ts';

const defaultPage = 50;
const maxPage = 50_000;
/** Read at once; between two of them others have their turn. */
const atOnce = 200;

type Field = { key: string; kind: 'number' | 'string' };
const created: Field = { key: 'createdAtMs', kind: 'number' };
const updated: Field = { key: 'updatedAtMs', kind: 'number' };
const attributes: Record<string, Field> = {
  model_id: { key: 'id', kind: 'string' },
  name: { key: 'name', kind: 'string' },
  model_name: { key: 'name', kind: 'string' },
  experiment_id: { key: 'experimentId', kind: 'string' },
  model_type: { key: 'modelType', kind: 'string' },
  source_run_id: { key: 'sourceRunId', kind: 'string' },
  artifact_location: { key: 'artifactUri', kind: 'string' },
  artifact_uri: { key: 'artifactUri', kind: 'string' },
  status: { key: 'status', kind: 'string' },
  creation_timestamp: created,
  creation_timestamp_ms: created,
  creation_time: created,
  last_updated_timestamp: updated,
  last_updated_timestamp_ms: updated,
  last_updated_time: updated,
};

function attributeOf(key: string, text: string): Field {
  const field = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return (
    field ??
    badFilter(`there is no attribute ${text}; logged models have ${Object.keys(attributes).join(', ')}.`)
  );
}

function targetOf({ entity, key, text }: Comparison): Target {
  switch (entity) {
    case null:
    case 'attributes': {
      const field = attributeOf(key, text);
      return { family: null, ...field, operators: field.kind === 'number' ? numeric : listed };
    }
    case 'metrics':
      return { family: 'metrics', key, kind: 'number', operators: numeric };
    case 'params':
    case 'tags':
      return { family: entity, key, kind: 'string', operators: listed };
    default:
      return badFilter(`"${entity}" in ${text} is none of attributes, metrics, params and tags.`);
  }
}

/** Statuses by MLflow's words, in a comparison with them. */
function ourStatus(comparison: Comparison): Comparison {
  const values = comparison.values.map((value) => {
    const [, word] = /^(?:LOGGED_MODEL_)?(\w+)$/i.exec(String(value.value)) ?? [];
    return word === undefined ? value : { ...value, value: word.toLowerCase().replace('_', '-') };
  });
  const isKnown = values.every(({ value }) =>
    ['pending', 'ready', 'upload-failed', 'unspecified'].includes(String(value)),
  );
  if (!isKnown) badFilter(`${comparison.text} is PENDING, READY or UPLOAD_FAILED.`);
  return { ...comparison, values: values.map(({ value }) => ({ kind: 'string', value: String(value) })) };
}

type OrderBy = {
  field_name: string;
  ascending: boolean | undefined;
  dataset_name: string | undefined;
  dataset_digest: string | undefined;
};

function sortKeyOf({ field_name: name, ascending = true }: OrderBy): SortKey {
  const dot = name.indexOf('.');
  const [entity, key] = dot < 0 ? ['attributes', name] : [name.slice(0, dot), name.slice(dot + 1)];
  const descending = !ascending;
  if (entity === 'metrics') return { field: fieldRef({ family: 'metrics', key }), descending };
  if (entity !== 'attributes') {
    throw invalidParameter(
      `Invalid order_by field "${name}": logged models are sorted by attributes and metrics.`,
    );
  }
  return { field: fieldRef({ family: null, key: attributeOf(key, name).key }), descending };
}

type Input = {
  experiment_ids: string[];
  filter: string | undefined;
  datasets: { dataset_name: string; dataset_digest: string | undefined }[];
  max_results: number | undefined;
  order_by: OrderBy[];
  page_token: string | undefined;
};

/** Throws INVALID_PARAMETER_VALUE. */
export async function searchLoggedModels(
  tracking: TrackingService,
  input: Input,
  toJson: (model: LoggedModel) => object,
): Promise<object> {
  const limit = input.max_results ?? defaultPage;
  if (limit < 1 || limit > maxPage) {
    throw invalidParameter(
      `Invalid value ${limit} for parameter 'max_results': it has to be 1 to ${maxPage}.`,
    );
  }
  const experimentIds = input.experiment_ids.map((id) => String(experimentIdOf(id)));
  const conditions: Condition[] = parseMlflowFilter(input.filter).map((each) => {
    const target = targetOf(each);
    const isStatus = target.family === null && target.key === 'status';
    return conditionOf(isStatus ? ourStatus(each) : each, target);
  });
  conditions.push(oneOf('experimentId', [...new Set(experimentIds)]), equals('lifecycle', 'active'));
  const search = {
    condition: allOf(conditions),
    orderBy: orderWith(input.order_by.map(sortKeyOf), [
      { field: fieldRef({ family: null, key: 'createdAtMs' }), descending: true },
    ]),
    sameAs: [experimentIds.join(), input.filter ?? '', JSON.stringify([input.order_by, input.datasets])],
  };
  // The datasets of the request bound conditions; those of an order say which metric of a model is meant.
  const named = [...input.datasets, ...input.order_by].flatMap(
    ({ dataset_name: name, dataset_digest: digest }) => (name ? [{ name, digest: digest || undefined }] : []),
  );
  const models: object[] = [];
  let cursor = input.page_token === '' ? undefined : input.page_token;
  do {
    const page = await tracking.searchLoggedModels(
      { ...search, limit: Math.min(limit - models.length, atOnce), cursor },
      named,
    );
    models.push(...page.items.map(toJson));
    cursor = page.nextCursor ?? undefined;
    if (cursor !== undefined) await new Promise(setImmediate);
  } while (cursor !== undefined && models.length < limit);
  return {
    ...unlessEmpty('models', models),
    ...(cursor === undefined ? {} : { next_page_token: cursor }),
  };
}
