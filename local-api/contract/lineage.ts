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
