import { z } from 'zod';
import { ListQuery, pageOf, Tags, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';

export const ExperimentName = z.string().min(1).max(250);

export const Experiment = z
  .object({
    id: z.string().describe('A decimal number; "0" is the experiment Default'),
    name: z.string(),
    description: z.string(),
    tags: Tags,
    lifecycle: z.enum(['active', 'deleted']),
    runs: z.int().describe('Runs that are not deleted'),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Experiment' });
export type Experiment = z.infer<typeof Experiment>;

const byId = z.object({ experimentId: z.string() });

export const experimentsApi = {
  list: endpoint({
    id: 'experiments.list',
    method: 'GET',
    path: '/api/v1/experiments',
    summary: 'Experiments, last used first',
    description: "Deleted ones are left out unless the filter names lifecycle: lifecycle = 'deleted'.",
    query: ListQuery,
    response: pageOf(Experiment),
    example: {},
  }),
  create: endpoint({
    id: 'experiments.create',
    method: 'POST',
    path: '/api/v1/experiments',
    summary: 'Start an experiment',
    body: z.object({
      name: ExperimentName,
      description: z.string().max(20_000).default(''),
      tags: Tags.default({}),
    }),
    status: 201,
    response: Experiment,
    errors: ['experiments/name-taken'],
    example: { body: { name: 'late flights' } },
  }),
  get: endpoint({
    id: 'experiments.get',
    method: 'GET',
    path: '/api/v1/experiments/{experimentId}',
    summary: 'One experiment',
    params: byId,
    response: Experiment,
    errors: ['experiments/not-found'],
    example: { params: { experimentId: '0' } },
  }),
  update: endpoint({
    id: 'experiments.update',
    method: 'PATCH',
    path: '/api/v1/experiments/{experimentId}',
    summary: 'Rename, describe or tag an experiment',
    params: byId,
    body: z.object({
      name: ExperimentName.optional(),
      description: z.string().max(20_000).optional(),
      tags: Tags.optional(),
    }),
    response: Experiment,
    errors: ['experiments/not-found', 'experiments/deleted', 'experiments/name-taken'],
  }),
  delete: endpoint({
    id: 'experiments.delete',
    method: 'DELETE',
    path: '/api/v1/experiments/{experimentId}',
    summary: 'Delete an experiment and its runs (can be restored)',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['experiments/not-found'],
  }),
  restore: endpoint({
    id: 'experiments.restore',
    method: 'POST',
    path: '/api/v1/experiments/{experimentId}/restore',
    summary: 'Bring a deleted experiment back',
    params: byId,
    response: Experiment,
    errors: ['experiments/not-found'],
  }),
};
