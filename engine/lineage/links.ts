import { type Kysely, sql } from 'kysely';
import {
  DriftWindow,
  EndpointRoute,
  type LineageEdge,
  VersionSource,
} from '../../local-api/contract/index.ts';
import { armsOf } from '../serving/index.ts';
import type { Database } from '../store/index.ts';
import { modelId, nodeId, partsOf, sourceId } from './node-ids.ts';

type Db = Kysely<Database>;

/** Sources of versions are read up to here; a pasted text is longer, and tells nothing more. */
const SOURCE_CHARS = 8000;
const FROM_TRANSFORM = '{"kind":"transform"%';

/**
 * The links of nodes to those beside them, in either direction, read from what every room has written down. This is the one
 * place that reads across their tables: the graph is made of nothing else, and one query for all nodes of a kind is what keeps
 * it fast. It writes nothing.
 */
export async function linksOf(db: Db, nodes: readonly string[]): Promise<LineageEdge[]> {
  const of = (kind: string) => nodes.map(partsOf).flatMap((one) => (one.kind === kind ? [one.key] : []));
  const [datasets, transforms, sources, runs, models, endpoints, batches, drifts] = (
    ['dataset', 'transform', 'source', 'run', 'model', 'endpoint', 'batch', 'drift'] as const
  ).map(of) as [string[], string[], string[], string[], string[], string[], string[], string[]];
  const found = await Promise.all([
    versionLinks(db, datasets, transforms, sources),
    runLinks(db, datasets, runs),
    modelLinks(db, datasets, runs, models),
    endpointLinks(db, models, endpoints),
    batchLinks(db, datasets, models, batches),
    driftLinks(db, datasets, models, endpoints, drifts),
  ]);
  const known = new Map(found.flat().map((edge) => [`${edge.from} ${edge.to} ${edge.label}`, edge]));
  return [...known.values()];
}

const edge = (from: string, to: string, label = ''): LineageEdge => ({ from, to, label });

/** Source or transform → version, and version → transform. */
async function versionLinks(
  db: Db,
  datasets: string[],
  transforms: string[],
  sources: string[],
): Promise<LineageEdge[]> {
  if (datasets.length + transforms.length + sources.length === 0) return [];
  const rows = await db
    .selectFrom('dataset_versions')
    .select(['id', 'source_name', sql<string>`substr(source, 1, ${sql.lit(SOURCE_CHARS)})`.as('source')])
    .$if(sources.length === 0, (query) =>
      query.where(({ eb, or }) =>
        or([
          ...(datasets.length > 0 ? [eb('id', 'in', datasets)] : []),
          eb('source', 'like', FROM_TRANSFORM),
        ]),
      ),
    )
    .execute();
  const wanted = new Set([
    ...datasets.map((id) => nodeId('dataset', id)),
    ...transforms.map((id) => nodeId('transform', id)),
    ...sources.map((id) => nodeId('source', id)),
  ]);
  const edges: LineageEdge[] = [];
  for (const row of rows) {
    const version = nodeId('dataset', row.id);
    const source = readSource(row.source);
    if (source?.kind === 'transform') {
      const transform = nodeId('transform', source.runId);
      edges.push(edge(transform, version, source.part));
      edges.push(
        ...source.inputs.map(({ versionId, alias }) => edge(nodeId('dataset', versionId), transform, alias)),
      );
    } else edges.push(edge(sourceId(source, row.id, row.source_name), version));
  }
  return edges.filter(({ from, to }) => wanted.has(from) || wanted.has(to));
}

export function readSource(text: string): VersionSource | null {
  try {
    return VersionSource.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Version → run. */
async function runLinks(db: Db, datasets: string[], runs: string[]): Promise<LineageEdge[]> {
  if (datasets.length + runs.length === 0) return [];
  const rows = await db
    .selectFrom('run_inputs')
    .innerJoin('runs', 'runs.pk', 'run_inputs.run_pk')
    .select(['runs.id', 'run_inputs.dataset_version_id', 'run_inputs.context'])
    .where('run_inputs.dataset_version_id', 'is not', null)
    .where(({ eb, or }) =>
      or([
        ...(datasets.length > 0 ? [eb('run_inputs.dataset_version_id', 'in', datasets)] : []),
        ...(runs.length > 0 ? [eb('runs.id', 'in', runs)] : []),
      ]),
    )
    .where('runs.lifecycle', '=', 'active')
    .execute();
  return rows.map(({ id, dataset_version_id, context }) =>
    edge(nodeId('dataset', dataset_version_id ?? ''), nodeId('run', id), context),
  );
}

/** Run → model version; version → model version where no run stands between. */
async function modelLinks(
  db: Db,
  datasets: string[],
  runs: string[],
  models: string[],
): Promise<LineageEdge[]> {
  if (datasets.length + runs.length + models.length === 0) return [];
  const rows = await db
    .selectFrom('model_versions')
    .innerJoin('models', 'models.id', 'model_versions.model_id')
    .select(['models.name', 'major', 'minor', 'patch', 'run_id', 'dataset_version_id'])
    .where(({ eb, or }) =>
      or([
        ...(datasets.length > 0 ? [eb('dataset_version_id', 'in', datasets)] : []),
        ...(runs.length > 0 ? [eb('run_id', 'in', runs)] : []),
        ...(models.length > 0 ? [eb(modelKey, 'in', models)] : []),
      ]),
    )
    .execute();
  return rows.flatMap((row) => {
    const model = modelId(row.name, `${row.major}.${row.minor}.${row.patch}`);
    if (row.run_id !== null) return [edge(nodeId('run', row.run_id), model)];
    return row.dataset_version_id === null ? [] : [edge(nodeId('dataset', row.dataset_version_id), model)];
  });
}

export const modelKey = sql<string>`models.name || '@' || major || '.' || minor || '.' || patch`;

/** Model version → endpoint: what its route names now. There are few endpoints, so all of them are read. */
async function endpointLinks(db: Db, models: string[], endpoints: string[]): Promise<LineageEdge[]> {
  if (models.length + endpoints.length === 0) return [];
  const rows = await db.selectFrom('serving_endpoints').select(['name', 'settings']).execute();
  const wanted = new Set([
    ...models.map((key) => nodeId('model', key)),
    ...endpoints.map((key) => nodeId('endpoint', key)),
  ]);
  const edges: LineageEdge[] = [];
  for (const row of rows) {
    const route = EndpointRoute.safeParse(Object(JSON.parse(row.settings)).route);
    if (!route.success) continue;
    for (const { name, ref } of armsOf(route.data)) {
      const model = await modelOfRef(db, ref);
      if (model !== null) edges.push(edge(model, nodeId('endpoint', row.name), name));
    }
  }
  return edges.filter(({ from, to }) => wanted.has(from) || wanted.has(to));
}

/** The version that `name@alias`, `name/1.2.0` or `name` stands for now. */
async function modelOfRef(db: Db, ref: string): Promise<string | null> {
  const [, name = ref, mark, which] = /^(.*?)(?:([@/])([^@/]*))?$/.exec(ref) ?? [];
  const base = db
    .selectFrom('model_versions')
    .innerJoin('models', 'models.id', 'model_versions.model_id')
    .select(modelKey.as('key'))
    .where('models.name', '=', name);
  if (mark === '/')
    return (await base.where(modelKey, '=', `${name}@${which}`).executeTakeFirst())?.key === undefined
      ? null
      : modelId(name, which ?? '');
  const row =
    mark === '@'
      ? await base
          .innerJoin('model_aliases', 'model_aliases.version_id', 'model_versions.id')
          .where('model_aliases.alias', '=', which ?? '')
          .executeTakeFirst()
      : await base
          .orderBy('major', 'desc')
          .orderBy('minor', 'desc')
          .orderBy('patch', 'desc')
          .executeTakeFirst();
  return row === undefined ? null : nodeId('model', row.key);
}

/** Version and model version → batch prediction. */
async function batchLinks(
  db: Db,
  datasets: string[],
  models: string[],
  batches: string[],
): Promise<LineageEdge[]> {
  if (datasets.length + models.length + batches.length === 0) return [];
  const rows = await db
    .selectFrom('batch_predictions')
    .leftJoin('datasets', (join) =>
      join.on('datasets.name', '=', sql<string>`json_extract(request, '$.source.dataset')`),
    )
    .leftJoin('dataset_versions', (join) =>
      join
        .onRef('dataset_versions.dataset_id', '=', 'datasets.id')
        .on('dataset_versions.version', '=', sql<number>`json_extract(request, '$.source.version')`),
    )
    .select([
      'batch_predictions.id',
      'batch_predictions.model',
      'batch_predictions.version',
      'dataset_versions.id as data',
    ])
    .where(({ eb, or }) =>
      or([
        ...(datasets.length > 0 ? [eb('dataset_versions.id', 'in', datasets)] : []),
        ...(models.length > 0
          ? [eb(sql<string>`batch_predictions.model || '@' || batch_predictions.version`, 'in', models)]
          : []),
        ...(batches.length > 0 ? [eb('batch_predictions.id', 'in', batches)] : []),
      ]),
    )
    .execute();
  return rows.flatMap(({ id, model, version, data }) => {
    const batch = nodeId('batch', id);
    return [
      edge(modelId(model, version), batch),
      ...(data === null ? [] : [edge(nodeId('dataset', data), batch)]),
    ];
  });
}

/** What was compared → drift report. */
async function driftLinks(
  db: Db,
  datasets: string[],
  models: string[],
  endpoints: string[],
  drifts: string[],
): Promise<LineageEdge[]> {
  if (datasets.length + models.length + endpoints.length + drifts.length === 0) return [];
  const side = (name: 'reference' | 'current', part: string) =>
    sql<string | null>`json_extract(body, ${sql.lit(`$.${name}.${part}`)})`;
  const modelNames = models.map((key) => key.replace('@', '/'));
  const rows = await db
    .selectFrom('drift_reports')
    .select([
      'id',
      'reference_version_id',
      'current_version_id',
      side('reference', 'window').as('reference'),
      side('current', 'window').as('current'),
      side('reference', 'model').as('reference_model'),
      side('current', 'model').as('current_model'),
    ])
    .where(({ eb, or }) =>
      or([
        ...(datasets.length > 0
          ? [eb('reference_version_id', 'in', datasets), eb('current_version_id', 'in', datasets)]
          : []),
        ...(endpoints.length > 0
          ? [
              eb(side('reference', 'window.endpoint'), 'in', endpoints),
              eb(side('current', 'window.endpoint'), 'in', endpoints),
            ]
          : []),
        ...(modelNames.length > 0
          ? [eb(side('reference', 'model'), 'in', modelNames), eb(side('current', 'model'), 'in', modelNames)]
          : []),
        ...(drifts.length > 0 ? [eb('id', 'in', drifts)] : []),
      ]),
    )
    .execute();
  return rows.flatMap((row) => {
    const report = nodeId('drift', row.id);
    return (['reference', 'current'] as const).flatMap((name) => {
      const version = row[`${name}_version_id`];
      const window = row[name] === null ? undefined : DriftWindow.safeParse(JSON.parse(row[name] ?? '')).data;
      if (window?.kind === 'requests' && window.endpoint !== undefined)
        return [edge(nodeId('endpoint', window.endpoint), report, name)];
      if (version !== null) return [edge(nodeId('dataset', version), report, name)];
      const model = row[`${name}_model`];
      return model === null ? [] : [edge(nodeId('model', model.replace('/', '@')), report, name)];
    });
  });
}
