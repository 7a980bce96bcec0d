import { type Kysely, sql } from 'kysely';
import type { LineageKind, LineageNode } from '../../local-api/contract/index.ts';
import type { Database } from '../store/index.ts';
import { modelKey, readSource } from './links.ts';
import { contentOf, nodeId, partsOf, placeOf, sourceId } from './node-ids.ts';

type Db = Kysely<Database>;
type Facts = Pick<LineageNode, 'title' | 'note' | 'tone' | 'subject' | 'atMs'>;

/** What is shown of nodes: a query for each kind. What is not there any more is told as gone. */
export async function factsOf(db: Db, ids: readonly string[]): Promise<LineageNode[]> {
  const keys = (kind: LineageKind) => ids.map(partsOf).flatMap((one) => (one.kind === kind ? [one.key] : []));
  const known = new Map<string, Facts>();
  const add = (kind: LineageKind, key: string, facts: Facts) => known.set(nodeId(kind, key), facts);
  await Promise.all([
    datasetFacts(db, keys('dataset'), (key, facts) => add('dataset', key, facts)),
    transformFacts(db, keys('transform'), (key, facts) => add('transform', key, facts)),
    sourceFacts(db, keys('source'), (id, facts) => known.set(id, facts)),
    runFacts(db, keys('run'), (key, facts) => add('run', key, facts)),
    modelFacts(db, keys('model'), (key, facts) => add('model', key, facts)),
    endpointFacts(db, keys('endpoint'), (key, facts) => add('endpoint', key, facts)),
    batchFacts(db, keys('batch'), (key, facts) => add('batch', key, facts)),
    driftFacts(db, keys('drift'), (key, facts) => add('drift', key, facts)),
  ]);
  return ids.flatMap((id): LineageNode[] => {
    const { kind, key } = partsOf(id);
    if (kind === null) return [];
    const facts = known.get(id);
    if (facts !== undefined) return [{ id, kind, isGone: false, ...facts }];
    const subject = { name: key, version: null };
    return [{ id, kind, isGone: true, title: key, note: 'deleted', tone: 'idle', subject, atMs: null }];
  });
}

type Add = (key: string, facts: Facts) => void;
const count = (rows: number, word: string): string =>
  `${rows.toLocaleString('en')} ${word}${rows === 1 ? '' : 's'}`;

async function datasetFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const rows = await db
    .selectFrom('dataset_versions')
    .innerJoin('datasets', 'datasets.id', 'dataset_versions.dataset_id')
    .select([
      'dataset_versions.id',
      'datasets.name',
      'version',
      'row_count',
      'dataset_versions.created_at_ms',
    ])
    .where('dataset_versions.id', 'in', keys)
    .where('dataset_versions.deleted_at_ms', 'is', null)
    .execute();
  for (const row of rows)
    add(row.id, {
      title: `${row.name} v${row.version}`,
      note: count(row.row_count, 'row'),
      tone: 'idle',
      subject: { name: row.name, version: String(row.version) },
      atMs: row.created_at_ms,
    });
}

/** From what it made: that stays when the transform is deleted. */
async function transformFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const rows = await db
    .selectFrom('dataset_versions')
    .select(['source', 'created_at_ms'])
    .where('source', 'like', '{"kind":"transform"%')
    .where(sql<string>`json_extract(source, '$.runId')`, 'in', keys)
    .execute();
  for (const row of rows) {
    const source = readSource(row.source);
    if (source?.kind !== 'transform') continue;
    add(source.runId, {
      title: source.name,
      note: `transform, version ${source.version}`,
      tone: 'idle',
      subject: { name: source.name, version: String(source.version) },
      atMs: row.created_at_ms,
    });
  }
}

const sourceWords: Record<string, string> = {
  path: 'file',
  paths: 'files',
  upload: 'uploaded file',
  text: 'pasted text',
  sample: 'sample',
  postgres: 'PostgreSQL',
  mysql: 'MySQL',
  http: 'web service',
  object: 'bucket',
  dvc: 'DVC',
};

async function sourceFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const wanted = new Set(keys.map((key) => nodeId('source', key)));
  const rows = await db
    .selectFrom('dataset_versions')
    .select(['id', 'source_name', 'created_at_ms', sql<string>`substr(source, 1, 8000)`.as('source')])
    .orderBy('pk')
    .execute();
  for (const row of rows) {
    const source = readSource(row.source);
    const id = sourceId(source, row.id, row.source_name);
    if (!wanted.has(id)) continue;
    const place = placeOf(source, row.id, row.source_name);
    const content = contentOf(source);
    add(id, {
      title: row.source_name === '' ? place : row.source_name,
      note: `${sourceWords[source?.kind ?? ''] ?? 'source'}${content === '' ? '' : `, MD5 ${content.slice(0, 8)}`}`,
      tone: 'idle',
      subject: { name: source?.kind === 'text' ? row.source_name : place, version: null },
      atMs: row.created_at_ms,
    });
  }
}

async function runFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'name', 'status', 'started_at_ms'])
    .where('id', 'in', keys)
    .where('lifecycle', '=', 'active')
    .execute();
  for (const row of rows)
    add(row.id, {
      title: row.name,
      note: `run, ${row.status}`,
      tone:
        row.status === 'finished'
          ? 'good'
          : row.status === 'running'
            ? 'info'
            : row.status === 'failed'
              ? 'bad'
              : 'idle',
      subject: { name: row.id, version: null },
      atMs: row.started_at_ms,
    });
}

async function modelFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const rows = await db
    .selectFrom('model_versions')
    .innerJoin('models', 'models.id', 'model_versions.model_id')
    .select([modelKey.as('key'), 'models.name', 'stage', 'trainer', 'model_versions.created_at_ms'])
    .where(modelKey, 'in', keys)
    .execute();
  for (const row of rows) {
    const version = row.key.slice(row.name.length + 1);
    add(row.key, {
      title: `${row.name} ${version}`,
      note: ['model', row.trainer, row.stage === 'none' ? '' : row.stage]
        .filter((word) => word !== '')
        .join(', '),
      tone: row.stage === 'production' ? 'good' : 'idle',
      subject: { name: row.name, version },
      atMs: row.created_at_ms,
    });
  }
}

async function endpointFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const rows = await db
    .selectFrom('serving_endpoints')
    .select([
      'name',
      'created_at_ms',
      sql<string>`json_extract(settings, '$.route.kind')`.as('route'),
      sql<number>`json_extract(settings, '$.isPaused')`.as('paused'),
    ])
    .where('name', 'in', keys)
    .execute();
  for (const row of rows)
    add(row.name, {
      title: row.name,
      note: row.paused === 1 ? 'endpoint, paused' : `endpoint, ${row.route}`,
      tone: row.paused === 1 ? 'idle' : 'good',
      subject: { name: row.name, version: null },
      atMs: row.created_at_ms,
    });
}

async function batchFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const rows = await db
    .selectFrom('batch_predictions')
    .select(['id', 'model', 'source_name', 'state', 'predicted', 'created_at_ms'])
    .where('id', 'in', keys)
    .execute();
  for (const row of rows)
    add(row.id, {
      title: `Predictions for ${row.source_name}`,
      note: row.predicted === null ? `batch, ${row.state}` : `batch, ${count(row.predicted, 'row')}`,
      tone: row.state === 'failed' ? 'bad' : row.state === 'running' ? 'info' : 'idle',
      subject: { name: row.id, version: null },
      atMs: row.created_at_ms,
    });
}

async function driftFacts(db: Db, keys: string[], add: Add): Promise<void> {
  if (keys.length === 0) return;
  const rows = await db
    .selectFrom('drift_reports')
    .select([
      'id',
      'drifted',
      'created_at_ms',
      sql<string>`json_extract(summary, '$.currentName')`.as('name'),
    ])
    .where('id', 'in', keys)
    .execute();
  for (const row of rows)
    add(row.id, {
      title: `Drift of ${row.name}`,
      note: row.drifted === 1 ? 'drifted' : 'no drift',
      tone: row.drifted === 1 ? 'warn' : 'good',
      subject: { name: row.id, version: null },
      atMs: row.created_at_ms,
    });
}
