import { z } from 'zod';
import { Digest } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { SemVer } from './models.ts';
import { RowMetric } from './release-policy.ts';
import { versionRef } from './version-refs.ts';

/** At most so many versions are compared at once. */
export const MOST_COMPARED_VERSIONS = 8;

export const CompareVersionsRequest = z
  .object({
    versions: z
      .array(z.string().min(1).max(260))
      .min(2)
      .max(MOST_COMPARED_VERSIONS)
      .describe('1.2.0 or @alias; the first is the one that the others are held against'),
    datasetVersionId: versionRef(
      'Measure on the rows of this dataset version, which must have the target',
    ).optional(),
    testRowsOf: z
      .string()
      .optional()
      .describe(
        'Measure on the test rows that the training of this version kept; those of the newest version that has any when neither is given',
      ),
    confidence: z.number().min(0.5).max(0.999).default(0.95).describe('Of each interval by itself'),
  })
  .refine(({ datasetVersionId, testRowsOf }) => datasetVersionId === undefined || testRowsOf === undefined, {
    message: 'give either datasetVersionId or testRowsOf',
    path: ['testRowsOf'],
  });
export type CompareVersionsRequest = z.infer<typeof CompareVersionsRequest>;

export const ComparedVersion = z.object({
  version: SemVer,
  trainer: z.string(),
  runId: z.string().nullable(),
  digest: Digest,
  sizeBytes: z.int(),
  data: z.string().nullable().describe('The dataset version that it was trained on, as in flights v2'),
  datasetVersionId: z.string().nullable(),
  latency: z
    .object({ p50Ms: z.number(), p95Ms: z.number(), predictions: z.int() })
    .nullable()
    .describe('Of a prediction of one row on this machine without HTTP; null when it could not be measured'),
  problem: z.string().nullable().describe('Why it has no figures of quality or latency'),
});
export type ComparedVersion = z.infer<typeof ComparedVersion>;

export const MetricOfVersion = z.object({
  version: SemVer,
  value: z.number().nullable().describe('null where the metric is not defined'),
  standing: z
    .enum(['best', 'not-apart', 'behind'])
    .nullable()
    .describe(
      'not-apart: the rows do not show that the best one is better; null where nothing can be compared',
    ),
  difference: z
    .object({
      value: z.number(),
      low: z.number(),
      high: z.number(),
      shown: z.enum(['better', 'worse', 'neither']).describe('What the interval shows'),
    })
    .nullable()
    .describe('From the first version, with its interval; null for the first version itself'),
});
export type MetricOfVersion = z.infer<typeof MetricOfVersion>;

export const ComparedMetric = z.object({
  metric: RowMetric,
  higherIsBetter: z.boolean(),
  versions: z.array(MetricOfVersion),
});
export type ComparedMetric = z.infer<typeof ComparedMetric>;

/** What callers of the first version would notice of another. */
export const SignatureDifference = z.object({
  version: SemVer,
  breaking: z.array(z.string()).describe('What callers would have to change'),
  other: z.array(z.string()),
});

/** How the data that a version was trained on differ from those of the first version. */
export const DataDifference = z.object({
  version: SemVer,
  state: z.enum(['same', 'compared', 'unknown']).describe('same: it was trained on the same dataset version'),
  reason: z.string().describe('Why nothing is known; empty otherwise'),
  driftedColumns: z.int(),
  totalColumns: z.int(),
  columns: z
    .array(z.object({ name: z.string(), drifted: z.boolean(), score: z.number(), reason: z.string() }))
    .describe('Drifted ones first, then by score'),
});
export type DataDifference = z.infer<typeof DataDifference>;

/** Result of a comparison of versions. */
export const VersionComparison = z
  .object({
    model: z.string(),
    baseline: SemVer.describe('The version that the others are held against'),
    confidence: z.number(),
    rows: z
      .object({
        source: z.string().describe('What the quality was measured on, for people'),
        datasetVersionId: z.string().nullable(),
        count: z.int(),
      })
      .nullable()
      .describe('null when there was nothing to measure the quality on'),
    versions: z.array(ComparedVersion),
    metrics: z.array(ComparedMetric),
    signatures: z.array(SignatureDifference),
    data: z.array(DataDifference),
    notes: z.array(z.string()).describe('What to mind when reading the figures'),
    seconds: z.number(),
  })
  .meta({ id: 'VersionComparison' });
export type VersionComparison = z.infer<typeof VersionComparison>;

export const versionComparisonApi = {
  start: endpoint({
    id: 'versionComparison.start',
    method: 'POST',
    path: '/api/v1/models/{model}/compare-versions',
    summary: 'Compare versions of a model: quality on the same rows, latency, size, signature, data (a job)',
    description:
      'The result of the job is a VersionComparison. Quality is measured on the same rows for every version; differences come with the interval of a paired bootstrap.',
    params: z.object({ model: z.string() }),
    body: CompareVersionsRequest,
    status: 202,
    response: Job,
    errors: [
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
      'models/no-onnx',
      'datasets/version-not-found',
      'datasets/bad-expression',
    ],
  }),
};
