import { z } from 'zod';
import { ListQuery, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';

export const LineageKind = z.enum([
  'source',
  'dataset',
  'transform',
  'run',
  'model',
  'endpoint',
  'batch',
  'drift',
]);
export type LineageKind = z.infer<typeof LineageKind>;

/** One thing: where data come from, a dataset version, the run of a transform, a training, a model version … */
export const LineageNode = z.object({
  id: z
    .string()
    .describe('Kind and id: dataset:dsv_…, transform:trn_…, run:…, model:name@1.2.0, endpoint:name'),
  kind: LineageKind,
  title: z.string().describe('flights v3'),
  note: z.string().describe('A few words more: rows, state, metric'),
  tone: z.enum(['good', 'warn', 'bad', 'info', 'idle']),
  subject: z
    .object({ name: z.string(), version: z.string().nullable() })
    .describe('What to open: the dataset and its version, the id of the run …'),
  isGone: z.boolean().describe('It was deleted; others still refer to it'),
  atMs: TimestampMs.nullable(),
});
export type LineageNode = z.infer<typeof LineageNode>;

/** What came of what. */
export const LineageEdge = z.object({
  from: z.string(),
  to: z.string(),
  label: z.string().describe('As what: training, reference …; mostly empty'),
});
export type LineageEdge = z.infer<typeof LineageEdge>;

export const Lineage = z
  .object({
    root: z.string().nullable().describe('The node asked for'),
    nodes: z.array(LineageNode),
    edges: z.array(LineageEdge),
    cut: z
      .object({ reason: z.enum(['depth', 'limit']), nodes: z.array(z.string()) })
      .nullable()
      .describe('Nodes that have more behind them than is here; null when all is here'),
  })
  .meta({ id: 'Lineage' });
export type Lineage = z.infer<typeof Lineage>;

export const LineageQuery = z.object({
  node: z
    .string()
    .max(500)
    .optional()
    .describe(
      'An id of a node; or flights, flights@3, model:name@1.2.0, run:…, transform:name. Left out: what is newest in the workspace, with all that belongs to it',
    ),
  direction: z
    .enum(['both', 'up', 'down'])
    .default('both')
    .describe('up: what it came of; down: what came of it'),
  depth: z.coerce.number().int().min(1).max(50).default(12).describe('At most so many steps away'),
  limit: z.coerce.number().int().min(1).max(1000).default(200).describe('At most so many nodes'),
});
export type LineageQuery = z.infer<typeof LineageQuery>;

export const ColumnPlace = z.object({
  node: z.string().describe('Of a dataset version'),
  column: z.string().describe('"*" where a query could not be followed: any column'),
});
export type ColumnPlace = z.infer<typeof ColumnPlace>;

export const ColumnLink = z.object({
  from: ColumnPlace,
  to: ColumnPlace,
  how: z.enum(['copied', 'derived', 'aggregated', 'unknown']),
});
export type ColumnLink = z.infer<typeof ColumnLink>;

/** What columns are made of, and what was made of them. */
export const ColumnLineage = z
  .object({
    root: z.string().describe('The node asked for'),
    columns: z.array(z.string()).describe('The columns asked for'),
    links: z.array(ColumnLink),
    isCut: z.boolean().describe('There are more links than are told'),
  })
  .meta({ id: 'ColumnLineage' });
export type ColumnLineage = z.infer<typeof ColumnLineage>;

export const ColumnLineageQuery = z.object({
  node: z.string().max(500).describe('A dataset version: flights@3, or the id of its node'),
  column: z.string().max(1000).optional().describe('One column; all of them when left out'),
  direction: LineageQuery.shape.direction,
});
export type ColumnLineageQuery = z.infer<typeof ColumnLineageQuery>;

export const OpenLineageServer = z.object({
  url: z.string().describe('Setting lineage.openLineageUrl; empty: events are sent nowhere'),
  hasKey: z.boolean(),
  waiting: z.int().describe('Events that it has not taken yet'),
  failure: z.string().nullable().describe('What came of the last try, when it failed'),
});
export type OpenLineageServer = z.infer<typeof OpenLineageServer>;

export const lineageApi = {
  get: endpoint({
    id: 'lineage.get',
    method: 'GET',
    path: '/api/v1/lineage',
    summary:
      'What came of what: sources, dataset versions, transforms, runs, models, endpoints, batches, drift',
    query: LineageQuery,
    response: Lineage,
    errors: ['lineage/no-such-node'],
    example: {},
  }),
  columns: endpoint({
    id: 'lineage.columns',
    method: 'GET',
    path: '/api/v1/lineage/columns',
    summary:
      'What the columns of a dataset version are made of, over all transforms, and what was made of them',
    query: ColumnLineageQuery,
    response: ColumnLineage,
    errors: ['lineage/no-such-node', 'lineage/no-such-column'],
  }),
  server: endpoint({
    id: 'lineage.server',
    method: 'GET',
    path: '/api/v1/lineage/server',
    summary: 'The server that OpenLineage events are sent to, and how many it has not taken yet',
    response: OpenLineageServer,
    example: {},
  }),
  setKey: endpoint({
    id: 'lineage.setKey',
    method: 'PUT',
    path: '/api/v1/lineage/server/key',
    summary: 'Set the key that the server of OpenLineage events asks for, or take it away',
    description:
      'Sent as a bearer token. It is kept encrypted and never shown again. Events that were refused without it are sent again at once.',
    body: z.object({ key: z.string().min(1).max(4000).nullable() }),
    status: 204,
    response: 'none',
  }),
  openLineage: endpoint({
    id: 'lineage.openLineage',
    method: 'GET',
    path: '/api/v1/lineage/openlineage',
    summary: 'What was done, as OpenLineage 2.0.2 run events, oldest first',
    description:
      'A START and a COMPLETE, FAIL or ABORT event for each import, transform, training, batch prediction and drift report whose job is still known. A page holds the events of `limit` jobs.',
    query: ListQuery.pick({ limit: true, cursor: true }),
    response: z.object({
      items: z.array(z.record(z.string(), z.unknown())),
      nextCursor: z.string().nullable(),
    }),
    example: {},
  }),
};
