import { z } from 'zod';
import { DriftReportRow } from './drift-reports.ts';
import { endpoint } from './endpoint.ts';
import { ModelVersion } from './models.ts';
import { RunInput } from './runs.ts';

/** Where a run comes from and what came of it. */
export const RunLineage = z
  .object({
    data: z.array(
      RunInput.extend({
        dataset: z.string().nullable().describe('null when the data is not a dataset of this workspace'),
        version: z.int().nullable(),
        rows: z.int().nullable(),
      }),
    ),
    models: z.array(ModelVersion).describe('Versions made of the run, newest first, at most 200'),
    driftReports: z
      .array(DriftReportRow)
      .describe('That compare newer data with what the run learned from, newest first, at most 20'),
  })
  .meta({ id: 'RunLineage' });
export type RunLineage = z.infer<typeof RunLineage>;

export const runLineageApi = {
  get: endpoint({
    id: 'runs.lineage',
    method: 'GET',
    path: '/api/v1/runs/{runId}/lineage',
    summary: 'The data, model versions and drift reports of a run',
    params: z.object({ runId: z.string() }),
    response: RunLineage,
    errors: ['runs/not-found'],
  }),
};
