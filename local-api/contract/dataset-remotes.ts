import { z } from 'zod';
import { Digest } from './common.ts';
import { DatasetName } from './datasets.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { byVersionRef } from './version-refs.ts';

/** Result of a push of a version. */
export const DatasetPushResult = z.object({
  target: z.string(),
  dataset: z.string(),
  version: z.int(),
  digest: Digest,
  where: z.string().describe('The address of its document, which was written last'),
  files: z.int(),
  sentFiles: z.int().describe('The others were there already'),
  sentBytes: z.int(),
});
export type DatasetPushResult = z.infer<typeof DatasetPushResult>;

export const datasetRemotesApi = {
  list: endpoint({
    id: 'datasetRemotes.list',
    method: 'GET',
    path: '/api/v1/targets/{target}/datasets',
    summary: 'Datasets that lie at a target, with the numbers of their versions, newest first',
    params: z.object({ target: z.string() }),
    response: z.object({ items: z.array(z.object({ dataset: z.string(), versions: z.array(z.int()) })) }),
    errors: [
      'targets/not-found',
      'targets/unsupported',
      'targets/unreachable',
      'targets/unauthorized',
      'targets/refused',
    ],
  }),
  push: endpoint({
    id: 'datasetRemotes.push',
    method: 'POST',
    path: '/api/v1/dataset-versions/{versionId}/push',
    summary: 'Send a version to a target: a folder or a bucket (a job)',
    description:
      'Only files that are not there yet are sent. What names the version comes last, so a version that is there is whole; a push that was cut off goes on where it was.',
    params: byVersionRef,
    body: z.object({ target: z.string().min(1) }),
    status: 202,
    response: Job,
    errors: ['datasets/not-found', 'datasets/version-not-found', 'targets/not-found', 'targets/unsupported'],
  }),
  pull: endpoint({
    id: 'datasetRemotes.pull',
    method: 'POST',
    path: '/api/v1/targets/{target}/pull-dataset',
    summary: 'Fetch a version from a target (a job whose result is that of an import)',
    description: 'Only files that are not here yet travel; each is compared with its digest.',
    params: z.object({ target: z.string() }),
    body: z.object({
      ref: z.string().min(1).max(250).describe('flights, flights@3 or flights@production, as it was pushed'),
      as: DatasetName.optional().describe('Name of the dataset here; the same when left out'),
    }),
    status: 202,
    response: Job,
    errors: ['targets/not-found', 'targets/unsupported'],
  }),
};
