import { sql } from 'kysely';
import type {
  ColumnOrigins,
  Lineage,
  LineageEdge,
  LineageQuery,
  Settings,
} from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import { expectedNames, quoteText, type Store } from '../store/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import { columnLineage, columnsOf } from './column-links.ts';
import type { LineageService } from './lineage-service.ts';
import { linksOf, modelKey } from './links.ts';
import { factsOf } from './node-facts.ts';
import { nodeId, partsOf } from './node-ids.ts';
import { createOpenLineageEmitter } from './openlineage/emitter.ts';
import { endEvent, startEvent, tracedKinds } from './openlineage/run-events.ts';

/** How many of the newest versions, runs, models and endpoints the graph of the whole workspace begins with. */
const NEWEST = 25;

/** The lineage of the workspace, read whenever it is asked for: nothing is kept that could be out of date. */
export function createLineageService(options: {
  store: Store;
  data: Pick<DataService, 'resolveVersion'>;
  jobs: Pick<JobQueue, 'get' | 'list'>;
  events: Pick<EventBus, 'subscribe'>;
  clock: Clock;
  logger: Logger;
  /** Where the columns come from that the run of a transform has made. */
  columnOrigins(runId: string): Promise<ColumnOrigins[] | null>;
  secrets: Pick<SecretStore, 'get' | 'set' | 'delete' | 'names'>;
  settings(): Settings['lineage'];
  /** Of OpenLineage events. */
  file: string;
}): LineageService {
  const { jobs } = options;
  const { db } = options.store;
  const emitter = createOpenLineageEmitter(options);

  const newest = async (): Promise<string[]> => {
    const [versions, models, endpoints, runs] = await Promise.all([
      db
        .selectFrom('dataset_versions')
        .select('id')
        .where('deleted_at_ms', 'is', null)
        .orderBy('pk', 'desc')
        .limit(NEWEST)
        .execute(),
      db
        .selectFrom('model_versions')
        .innerJoin('models', 'models.id', 'model_versions.model_id')
        .select(modelKey.as('key'))
        .orderBy('model_versions.id', 'desc')
        .limit(NEWEST)
        .execute(),
      db.selectFrom('serving_endpoints').select('name').limit(NEWEST).execute(),
      db
        .selectFrom('run_inputs')
        .innerJoin('runs', 'runs.pk', 'run_inputs.run_pk')
        .select('runs.id')
        .where('lifecycle', '=', 'active')
        .orderBy('runs.pk', 'desc')
        .limit(NEWEST)
        .execute(),
    ]);
    return [
      ...versions.map(({ id }) => nodeId('dataset', id)),
      ...models.map(({ key }) => nodeId('model', key)),
      ...endpoints.map(({ name }) => nodeId('endpoint', name)),
      ...new Set(runs.map(({ id }) => nodeId('run', id))),
    ];
  };

  /** The node that is meant: an id, `transform:<name>` for its last run, a version of a dataset as people write it. */
  const find = async (wanted: string): Promise<string> => {
    const { kind, key } = partsOf(wanted);
    if (kind === null || (kind === 'dataset' && !key.startsWith('dsv_'))) {
      try {
        return nodeId('dataset', (await options.data.resolveVersion(key)).id);
      } catch (thrown) {
        if (!(thrown instanceof AssayError)) throw thrown;
        throw noSuchNode(wanted);
      }
    }
    if (kind === 'transform' && !key.startsWith('trn_')) {
      const row = await db
        .selectFrom('dataset_versions')
        .select(sql<string>`json_extract(source, '$.runId')`.as('run'))
        .where('source', 'like', '{"kind":"transform"%')
        .where(sql`json_extract(source, '$.name')`, '=', key)
        .orderBy('pk', 'desc')
        .executeTakeFirst();
      if (row === undefined) throw noSuchNode(wanted);
      return nodeId('transform', row.run);
    }
    return wanted;
  };

  return {
    async get(query) {
      const root = query.node === undefined ? null : await find(query.node);
      const start = root === null ? await newest() : [root];
      const walked = await walk(start, query, (nodes) => linksOf(db, nodes));
      const nodes = await factsOf(db, walked.nodes);
      if (root !== null && nodes.length === 1 && nodes[0]?.isGone && walked.edges.length === 0)
        throw noSuchNode(root);
      return { root, nodes, edges: walked.edges, cut: walked.cut };
    },

    async columns(query) {
      const root = await find(query.node);
      const all = await columnsOf(db, root);
      if (all === null) throw noSuchNode(query.node);
      const { column: wanted } = query;
      const column = all.find((name) => name.toLowerCase() === wanted?.toLowerCase());
      if (wanted !== undefined && column === undefined)
        throw new AssayError('lineage/no-such-column', `There is no column "${wanted}" in ${query.node}.`, {
          problems: [{ path: '/column', message: 'is not there', expected: expectedNames(wanted, all) }],
        });
      return columnLineage(db, options.columnOrigins, root, column === undefined ? all : [column], query);
    },

    async openLineage(page) {
      const kinds = [...tracedKinds].map(quoteText).join(', ');
      const { items, nextCursor } = await jobs.list({
        ...page,
        filter: `kind in (${kinds}) and state in ('succeeded', 'failed', 'dead', 'cancelled')`,
        sort: 'createdAtMs',
      });
      const { namespace } = options.settings();
      const told = await Promise.all(
        items.map(async (job) => [startEvent(job, namespace), await endEvent(options, job, namespace)]),
      );
      return { items: told.flat().filter((event) => event !== null), nextCursor };
    },

    async server() {
      const { openLineageUrl: url } = options.settings();
      const { count, failure } = await emitter.waiting();
      return { url, hasKey: await emitter.hasKey(), waiting: count, failure };
    },
    setKey: emitter.setKey,
    start: emitter.start,
    idle: emitter.idle,
    close: emitter.close,
  };
}

function noSuchNode(node: string): AssayError {
  return new AssayError('lineage/no-such-node', `Nothing is known of "${node}".`);
}

type Walked = Pick<Lineage, 'edges' | 'cut'> & { nodes: string[] };

/**
 * Everything that can be reached, a step further from all nodes at once. Upstream links are followed upwards only and downstream
 * ones downwards only, so that the other uses of an input are not its lineage; for the whole workspace both are.
 */
async function walk(
  start: readonly string[],
  { direction, depth, limit, node }: LineageQuery,
  links: (nodes: readonly string[]) => Promise<LineageEdge[]>,
): Promise<Walked> {
  const nodes = new Set(start.slice(0, limit));
  const edges = new Map<string, LineageEdge>();
  const beyond = new Set<string>();
  let reason: 'depth' | 'limit' | null = start.length > limit ? 'limit' : null;
  const follow = async (way: 'up' | 'down' | 'both') => {
    let front = [...start.slice(0, limit)];
    const seen = new Set(front);
    for (let step = 0; front.length > 0; step += 1) {
      const found = await links(front);
      const at = new Set(front);
      const next = new Set<string>();
      for (const link of found) {
        for (const [near, far, toward] of [
          [link.to, link.from, 'up'],
          [link.from, link.to, 'down'],
        ] as const) {
          if (!at.has(near) || (way !== 'both' && way !== toward)) continue;
          if (!nodes.has(far) && (step >= depth || nodes.size >= limit)) {
            beyond.add(near);
            reason ??= step >= depth ? 'depth' : 'limit';
            continue;
          }
          nodes.add(far);
          edges.set(`${link.from} ${link.to} ${link.label}`, link);
          if (!seen.has(far)) next.add(far);
        }
      }
      for (const id of next) seen.add(id);
      front = step >= depth ? [] : [...next];
    }
  };
  if (node === undefined) await follow('both');
  else {
    if (direction !== 'down') await follow('up');
    if (direction !== 'up') await follow('down');
  }
  return {
    nodes: [...nodes],
    edges: [...edges.values()],
    cut: reason === null ? null : { reason, nodes: [...beyond] },
  };
}
