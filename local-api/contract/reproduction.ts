import { z } from 'zod';
import { RealNumber, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { RunStatus } from './runs.ts';

/** What a run came to the second time, from best to worst. */
export const ReproductionVerdict = z
  .enum(['identical', 'same-metrics', 'differs', 'nothing-to-compare', 'failed'])
  .describe(
    'identical: same metrics and same bytes. same-metrics: metrics agree to 1e-9, some bytes do not. nothing-to-compare: neither metrics nor files. failed: the copy did not finish',
  );
export type ReproductionVerdict = z.infer<typeof ReproductionVerdict>;

const Both = <T extends z.ZodType>(value: T) =>
  z.object({ original: value.nullable(), reproduced: value.nullable() });

/** The file `reproduction.json` of a run that was made to reproduce another. */
export const ReproductionReport = z
  .object({
    version: z.literal(1),
    originalRunId: z.string(),
    runId: z.string(),
    comparedAtMs: TimestampMs,
    verdict: ReproductionVerdict,
    summary: z.string().describe('The verdict and its likely cause, in a sentence'),
    model: Both(z.string())
      .extend({ equal: z.boolean() })
      .nullable()
      .describe('Digests of the model files; null when neither run made one'),
    metrics: z.object({
      compared: z.int(),
      maxDifference: RealNumber.describe('Largest absolute difference of a last, lowest or highest value'),
      differing: z
        .array(Both(RealNumber).extend({ key: z.string(), statistic: z.enum(['last', 'min', 'max']) }))
        .describe('At most 200, the largest difference first'),
      onlyOriginal: z.array(z.string()),
      onlyReproduced: z.array(z.string()),
    }),
    data: z.array(Both(z.string()).extend({ name: z.string(), equal: z.boolean() })),
    files: z.object({
      compared: z.int(),
      differing: z.array(z.string()),
      onlyOriginal: z.array(z.string()),
      onlyReproduced: z.array(z.string()),
    }),
    environment: z
      .array(Both(z.string()).extend({ what: z.string().describe('Node, CPU, package numpy, commit …') }))
      .describe('What differs; at most 200'),
  })
  .meta({ id: 'ReproductionReport' });
export type ReproductionReport = z.infer<typeof ReproductionReport>;

/** A run that was made to reproduce another. */
export const Reproduction = z.object({
  runId: z.string(),
  originalRunId: z.string(),
  name: z.string(),
  status: RunStatus,
  jobId: z.string().nullable(),
  startedAtMs: TimestampMs,
  report: ReproductionReport.nullable().describe('null until it has ended and was compared'),
});
export type Reproduction = z.infer<typeof Reproduction>;

/** How a run can be made again, and what stands in the way. */
export const ReproductionPlan = z.object({
  kind: z
    .enum(['training', 'command', 'script'])
    .describe(
      'training: of Assay, from its recipe. command: of `assay exec`. script: started elsewhere, so only a person can',
    ),
  obstacles: z
    .array(z.object({ message: z.string(), canForce: z.boolean() }))
    .describe('It can be made again when there are none, or with `force` when each can be forced'),
  command: z.string().nullable().describe('As a shell reads it'),
  folder: z.string().nullable().describe('Where the command ran'),
  steps: z.array(z.string()).describe('Shell lines by which a person makes the run again elsewhere'),
});
export type ReproductionPlan = z.infer<typeof ReproductionPlan>;

const byId = z.object({ runId: z.string() });

export const reproductionApi = {
  get: endpoint({
    id: 'reproduction.get',
    method: 'GET',
    path: '/api/v1/runs/{runId}/reproductions',
    summary: 'How a run can be made again, and what came of it when it was',
    params: byId,
    response: z.object({
      plan: ReproductionPlan,
      reproduces: Reproduction.nullable().describe('This run itself, when it was made to reproduce another'),
      copies: z.array(Reproduction).describe('Runs that reproduce this one, newest first, at most 50'),
    }),
    errors: ['runs/not-found'],
  }),
  start: endpoint({
    id: 'reproduction.start',
    method: 'POST',
    path: '/api/v1/runs/{runId}/reproduce',
    summary: 'Make a run again and compare',
    description:
      'A training is trained from its stored recipe on the same data (by digest) and seed. The command of an `assay exec` run is started again in its folder, provided that the git work tree is as it was, or `force` is given. The new run carries the tag assay.reproduces; when it has ended, it is compared with the original, and reproduction.json and the tag assay.reproduction hold the result.',
    params: byId,
    body: z.object({
      force: z.boolean().default(false).describe('Also where code or folder are not as they were'),
    }),
    status: 202,
    response: Reproduction,
    errors: [
      'runs/not-found',
      'runs/deleted',
      'runs/not-reproducible',
      'runs/code-changed',
      'datasets/version-not-found',
      'experiments/deleted',
      'training/bad-recipe',
    ],
  }),
};
