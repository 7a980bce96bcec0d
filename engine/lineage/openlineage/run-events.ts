import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Kysely, sql } from 'kysely';
import {
  Column,
  type ColumnOrigins,
  DatasetProfile,
  type Job,
  TransformDefinition,
  type VersionSource,
} from '../../../local-api/contract/index.ts';
import type { Database, Store } from '../../store/index.ts';
import { version as assayVersion } from '../../system/version.ts';
import { linksOf, readSource } from '../links.ts';
import { nodeId, partsOf, placeOf } from '../node-ids.ts';
import { columnFields } from './column-facet.ts';

type Db = Kysely<Database>;

export const PRODUCER = `urn:assay:engine:${assayVersion}`;
const SPEC = 'https://openlineage.io/spec';

type Facet = Record<string, unknown> & { _producer: string; _schemaURL: string };
type Facets = Record<string, Facet>;
type EventDataset = {
  namespace: string;
  name: string;
  facets?: Facets;
  inputFacets?: Facets;
  outputFacets?: Facets;
};

export type EventParts = {
  store: Pick<Store, 'db'>;
  /** Where the columns come from that the run of a transform has made; null when that is not known any more. */
  columnOrigins(runId: string): Promise<ColumnOrigins[] | null>;
};

/** An OpenLineage 2.0.2 run event. */
export type RunEvent = {
  eventType: 'START' | 'COMPLETE' | 'FAIL' | 'ABORT';
  eventTime: string;
  run: { runId: string; facets: Facets };
  job: { namespace: string; name: string; facets: Facets };
  inputs: EventDataset[];
  outputs: EventDataset[];
  producer: string;
  schemaURL: string;
};

export type TracedJob = Pick<
  Job,
  | 'id'
  | 'kind'
  | 'state'
  | 'title'
  | 'runId'
  | 'input'
  | 'result'
  | 'error'
  | 'createdAtMs'
  | 'startedAtMs'
  | 'endedAtMs'
>;

/** Kinds of jobs that make or read data. */
export const tracedKinds: ReadonlySet<string> = new Set([
  'import',
  'transform',
  'train',
  'batch-predict',
  'drift',
]);

const endings: Partial<Record<Job['state'], RunEvent['eventType']>> = {
  succeeded: 'COMPLETE',
  failed: 'FAIL',
  dead: 'FAIL',
  cancelled: 'ABORT',
};

/** What is told of the start of a job: its inputs are told when it ends, when they are known for certain. */
export function startEvent(job: TracedJob, namespace: string): RunEvent {
  return {
    ...common(job, namespace),
    eventType: 'START',
    eventTime: timeOf(job.startedAtMs ?? job.createdAtMs),
    inputs: [],
    outputs: [],
  };
}

/**
 * What is told of the end of a job: what it read and what it made, from the lineage of the workspace, with columns, versions,
 * figures of the data and, for transforms, SQL and where each column comes from. Null while it has not ended.
 */
export async function endEvent(
  parts: EventParts,
  job: TracedJob,
  namespace: string,
): Promise<RunEvent | null> {
  const { db } = parts.store;
  const eventType = endings[job.state];
  if (eventType === undefined) return null;
  const event: RunEvent = {
    ...common(job, namespace),
    eventType,
    eventTime: timeOf(job.endedAtMs ?? job.createdAtMs),
    inputs: [],
    outputs: [],
  };
  if (job.error !== null)
    event.run.facets.errorMessage = facet('1-0-1/ErrorMessageRunFacet', {
      message: job.error.message,
      programmingLanguage: 'TypeScript',
    });
  const node = nodeOf(job);
  if (node === null) return event;
  const links = await linksOf(db, [node]);
  const ends = {
    inputs: links.filter(({ to }) => to === node).map(({ from }) => from),
    outputs:
      partsOf(node).kind === 'dataset'
        ? [node]
        : links.filter(({ from }) => from === node).map(({ to }) => to),
  };
  const described = async (ids: readonly string[], use: 'input' | 'output') =>
    (await Promise.all([...new Set(ids)].map((id) => datasetOf(db, id, namespace, use)))).filter(
      (one) => one !== null,
    );
  event.inputs = await described(ends.inputs, 'input');
  event.outputs = await described(ends.outputs, 'output');
  if (job.kind === 'train' && eventType === 'COMPLETE')
    event.outputs.unshift({ namespace, name: `runs/${job.runId}/model` });
  if (job.kind === 'drift' || job.kind === 'batch-predict')
    event.outputs = [{ namespace, name: node.replace(':', '/') }];
  if (job.kind === 'transform') await addTransform(parts, job, event);
  return event;
}

function common(job: TracedJob, namespace: string): Pick<RunEvent, 'run' | 'job' | 'producer' | 'schemaURL'> {
  return {
    run: {
      runId: uuidOf(job.id),
      facets: {
        processing_engine: facet('1-1-1/ProcessingEngineRunFacet', { version: assayVersion, name: 'Assay' }),
      },
    },
    job: {
      namespace,
      name: nameOf(job),
      facets: {
        jobType: facet('2-0-4/JobTypeJobFacet', {
          processingType: 'BATCH',
          integration: 'ASSAY',
          jobType: job.kind.toUpperCase(),
        }),
      },
    },
    producer: PRODUCER,
    schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent`,
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

function facet(place: string, values: Record<string, unknown>): Facet {
  const name = place.split('/')[1] ?? '';
  return { _producer: PRODUCER, _schemaURL: `${SPEC}/facets/${place}.json#/$defs/${name}`, ...values };
}

/** A UUID (version 5) that is always the same for a job. */
export function uuidOf(jobId: string): string {
  const hex = createHash('sha1').update(`assay:${jobId}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

/** What is done again and again: an import into a dataset, a transform, the training on a dataset. */
function nameOf({ kind, input, title }: TracedJob): string {
  const { dataset } = Object(input);
  if (kind === 'import') return `import.${String(dataset)}`;
  if (kind === 'transform') return `transform.${title.replace(/^Transform /, '').replace(/ v\d+$/, '')}`;
  return `${kind}.${title.replace(/\s+/g, ' ').slice(0, 200)}`;
}

function nodeOf({ kind, id, runId, input, result }: TracedJob): string | null {
  const made = Object(result);
  switch (kind) {
    case 'import':
      return typeof made.versionId === 'string' ? nodeId('dataset', made.versionId) : null;
    case 'transform':
      return nodeId('transform', String(Object(input).runId));
    case 'train':
      return runId === null ? null : nodeId('run', runId);
    case 'batch-predict':
      return typeof made.batchId === 'string' ? nodeId('batch', made.batchId) : null;
    case 'drift':
      return nodeId('drift', id.replace(/^job_/, 'drf_'));
    default:
      return null;
  }
}

/** Where things lie for others: sources by the naming rules of OpenLineage, the rest in the namespace of the workspace. */
async function datasetOf(
  db: Db,
  node: string,
  namespace: string,
  use: 'input' | 'output',
): Promise<EventDataset | null> {
  const { kind, key } = partsOf(node);
  if (kind === 'dataset') return versionDataset(db, key, namespace, use);
  if (kind === 'source') return sourceDataset(db, node, namespace);
  return kind === null ? null : { namespace, name: `${kind}s/${key}` };
}

async function versionDataset(
  db: Db,
  versionId: string,
  namespace: string,
  use: 'input' | 'output',
): Promise<EventDataset> {
  const row = await db
    .selectFrom('dataset_versions')
    .innerJoin('datasets', 'datasets.id', 'dataset_versions.dataset_id')
    .select(['name', 'version', 'columns', 'row_count', 'size_bytes', 'profile'])
    .where('dataset_versions.id', '=', versionId)
    .executeTakeFirst();
  if (row === undefined) return { namespace, name: `datasets/${versionId}` };
  const name = `datasets/${row.name}`;
  const columns = Column.array().parse(JSON.parse(row.columns));
  const facets = {
    schema: facet('1-2-0/SchemaDatasetFacet', {
      fields: columns.map((column) => ({ name: column.name, type: column.type })),
    }),
    dataSource: facet('1-0-1/DatasourceDatasetFacet', {
      name: namespace,
      uri: `assay://${encodeURIComponent(namespace)}/${name}`,
    }),
    version: facet('1-0-1/DatasetVersionDatasetFacet', { datasetVersion: String(row.version) }),
  };
  if (use === 'output') {
    const outputStatistics = facet('1-0-2/OutputStatisticsOutputDatasetFacet', {
      rowCount: row.row_count,
      size: row.size_bytes,
    });
    return { namespace, name, facets, outputFacets: { outputStatistics } };
  }
  return { namespace, name, facets, inputFacets: { dataQualityMetrics: qualityOf(row) } };
}

function qualityOf(row: { row_count: number; size_bytes: number; profile: string }): Facet {
  const columns = DatasetProfile.safeParse(JSON.parse(row.profile)).data?.columns ?? [];
  const number = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  const columnMetrics = Object.fromEntries(
    columns.map(({ name, count, missing, distinct, min, max, quantiles }) => [
      name,
      JSON.parse(
        JSON.stringify({
          count,
          nullCount: missing,
          distinctCount: distinct,
          min: number(min),
          max: number(max),
          ...(quantiles === null
            ? {}
            : { quantiles: { '0.25': quantiles.p25, '0.5': quantiles.p50, '0.75': quantiles.p75 } }),
        }),
      ),
    ]),
  );
  return facet('1-0-3/DataQualityMetricsInputDatasetFacet', {
    rowCount: row.row_count,
    bytes: row.size_bytes,
    columnMetrics,
  });
}

async function sourceDataset(db: Db, node: string, namespace: string): Promise<EventDataset | null> {
  const [row] = (await linksOf(db, [node])).filter(({ from }) => from === node);
  if (row === undefined) return null;
  const version = await db
    .selectFrom('dataset_versions')
    .select(['id', 'source_name', sql<string>`substr(source, 1, 8000)`.as('source')])
    .where('id', '=', partsOf(row.to).key)
    .executeTakeFirst();
  if (version === undefined) return null;
  return placed(readSource(version.source), version.id, version.source_name, namespace);
}

function placed(
  source: VersionSource | null,
  versionId: string,
  sourceName: string,
  namespace: string,
): EventDataset {
  const place = placeOf(source, versionId, sourceName);
  switch (source?.kind) {
    case 'path':
    case 'paths':
    case 'dvc':
      return { namespace: 'file', name: place.replaceAll('\\', '/') };
    case 'http':
      try {
        const { origin, pathname, search } = new URL(source.url);
        return { namespace: origin, name: posix.normalize(`${pathname}${search}`) };
      } catch {
        return { namespace, name: `sources/http/${place}` };
      }
    default:
      return { namespace, name: `sources/${source?.kind ?? 'unknown'}/${place}` };
  }
}

/** The SQL of a transform, and where the columns of its outputs come from. */
async function addTransform(
  { store: { db }, columnOrigins }: EventParts,
  job: TracedJob,
  event: RunEvent,
): Promise<void> {
  const runId = String(Object(job.input).runId);
  const row = await db
    .selectFrom('transform_runs')
    .innerJoin('transform_versions', (join) =>
      join
        .onRef('transform_versions.transform_pk', '=', 'transform_runs.transform_pk')
        .onRef('transform_versions.version', '=', 'transform_runs.version'),
    )
    .select(['definition', 'inputs'])
    .where('transform_runs.id', '=', runId)
    .executeTakeFirst();
  if (row === undefined) return;
  const definition = TransformDefinition.parse(JSON.parse(row.definition));
  if (definition.sql !== undefined)
    event.job.facets.sql = facet('1-1-0/SQLJobFacet', { query: definition.sql, dialect: 'duckdb' });
  const tables = Object.entries(definition.inputs).map(([alias, { dataset }]) => {
    const name = `datasets/${dataset}`;
    const input = event.inputs.find((one) => one.name === name);
    const fields = input?.facets?.schema?.fields;
    return {
      alias,
      namespace: event.job.namespace,
      name,
      columns: Array.isArray(fields) ? fields.map((field) => String(Object(field).name)) : [],
    };
  });
  const origins = await columnOrigins(runId);
  if (origins === null || origins.length === 0) return;
  const fields = columnFields(origins, tables);
  for (const output of event.outputs)
    if (output.facets !== undefined)
      output.facets.columnLineage = facet('1-2-0/ColumnLineageDatasetFacet', { fields });
}
