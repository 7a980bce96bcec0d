import { createHash } from 'node:crypto';
import { type ColumnOrigins, type Job, TransformDefinition } from '../../../local-api/contract/index.ts';
import type { Store } from '../../store/index.ts';
import { version as assayVersion } from '../../system/version.ts';
import { linksOf } from '../links.ts';
import { nodeId, partsOf } from '../node-ids.ts';
import { columnFields } from './column-facet.ts';
import { datasetOf } from './event-datasets.ts';
import { type EventDataset, type Facets, facet, PRODUCER, SPEC } from './facets.ts';

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
