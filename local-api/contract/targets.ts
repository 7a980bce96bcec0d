import { z } from 'zod';
import { Digest, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job, JobError } from './jobs.ts';
import { ModelName, ModelRef } from './models.ts';

const Count = z.int().min(0);

export const TargetName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    '1 to 63 letters, digits, dots, underscores and hyphens, beginning and ending with a letter or digit',
  );

/** A kind of place that models are pushed to, with the form that sets one up. */
export const TargetKindInfo = z
  .object({
    kind: z.string(),
    title: z.string(),
    description: z.string(),
    configSchema: z
      .record(z.string(), z.unknown())
      .describe(
        'JSON Schema of the settings: an object whose properties are no objects. "secret": true marks secrets',
      ),
    canPull: z.boolean(),
    canTrain: z.boolean().describe('Whether models can be trained there'),
  })
  .meta({ id: 'TargetKindInfo' });
export type TargetKindInfo = z.infer<typeof TargetKindInfo>;

/** One thing that a check of the connection looked at. */
export const TargetFinding = z.object({
  check: z
    .string()
    .describe('What was looked at: name lookup, connection, TLS, credentials, path, clock, space …'),
  level: z.enum(['ok', 'warning', 'error']),
  message: z.string(),
  fix: z.string().nullable().describe('What to do about it'),
});
export type TargetFinding = z.infer<typeof TargetFinding>;

export const TargetCheck = z.object({
  ok: z.boolean().describe('Nothing stands in the way of a push'),
  atMs: TimestampMs,
  milliseconds: z.number(),
  findings: z.array(TargetFinding),
});
export type TargetCheck = z.infer<typeof TargetCheck>;

const ConfigValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const Config = z.record(z.string(), ConfigValue);
export type TargetConfig = z.infer<typeof Config>;

/** A place that models are pushed to. */
export const PushTarget = z
  .object({
    id: z.string(),
    name: TargetName,
    kind: z.string(),
    address: z.string().describe('Where it is, for people'),
    config: Config.describe('Without secrets'),
    secrets: z.array(z.string()).describe('Fields whose secret is kept; the secrets are never given out'),
    lastCheck: TargetCheck.nullable(),
    pushes: Count.describe('Versions that were pushed there'),
    waiting: Count.describe('Pushes that wait until it can be reached'),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'PushTarget' });
export type PushTarget = z.infer<typeof PushTarget>;

/** One line of what a push would do. */
export const PushPlanLine = z.object({
  what: z.string().describe('run, model, version, alias, tag, file …'),
  name: z.string(),
  action: z.enum(['create', 'change', 'keep', 'remove', 'conflict']),
  detail: z.string(),
  sizeBytes: z.int().nullable().describe('Bytes to send; null when it is no file, 0 when it is kept'),
});
export type PushPlanLine = z.infer<typeof PushPlanLine>;

export const PushPlan = z
  .object({
    target: z.string(),
    model: z.string(),
    version: z.string(),
    where: z.string(),
    bundleDigest: Digest,
    verdict: z
      .enum(['new', 'update', 'same', 'conflict'])
      .describe('same: nothing would change there; conflict: another model is there under this version'),
    lines: z.array(PushPlanLine),
    filesToSend: Count,
    bytesToSend: Count,
    warnings: z.array(z.string()),
  })
  .meta({ id: 'PushPlan' });
export type PushPlan = z.infer<typeof PushPlan>;

/** What a push left where. */
export const PushReceipt = z.object({
  where: z.string().describe('What names it there: an address, a reference with digest'),
  link: z.string().nullable().describe('A page to look at it'),
  remoteIds: z.record(z.string(), z.string()),
  bundleDigest: Digest,
  files: z.array(z.object({ path: z.string(), digest: Digest, sizeBytes: z.int(), sent: z.boolean() })),
  filesSent: Count,
  bytesSent: Count,
  seconds: z.number(),
  atMs: TimestampMs,
});
export type PushReceipt = z.infer<typeof PushReceipt>;

/** Verification by use: what was pulled back, loaded and scored. */
export const PushVerification = z.object({
  ok: z.boolean(),
  atMs: TimestampMs,
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
export type PushVerification = z.infer<typeof PushVerification>;

export const RemoteState = z.enum(['in-sync', 'changed', 'gone', 'unknown']);
export type RemoteState = z.infer<typeof RemoteState>;

/** One push of a version to a target, with its receipt. */
export const Push = z
  .object({
    id: z.string(),
    target: z.string().describe('Name of the target when it was pushed'),
    targetId: z.string().nullable().describe('null: the target was removed since'),
    kind: z.string(),
    model: z.string(),
    version: z.string(),
    state: z
      .enum(['queued', 'running', 'waiting', 'pushed', 'failed', 'cancelled'])
      .describe('waiting: the target could not be reached; it is tried again at nextAttemptAtMs'),
    jobId: z.string(),
    by: z.string(),
    attempts: Count,
    nextAttemptAtMs: TimestampMs.nullable(),
    error: JobError.nullable(),
    receipt: PushReceipt.nullable(),
    verification: PushVerification.nullable(),
    remoteState: RemoteState,
    remoteDetail: z.string(),
    observedAtMs: TimestampMs.nullable(),
    createdAtMs: TimestampMs,
    endedAtMs: TimestampMs.nullable(),
  })
  .meta({ id: 'Push' });
export type Push = z.infer<typeof Push>;

/** Result of a pull job. */
export const PullResult = z.object({
  model: z.string(),
  version: z.string(),
  runId: z.string().nullable(),
  from: z.string(),
  files: z.array(z.object({ path: z.string(), digest: Digest, sizeBytes: z.int() })),
});
export type PullResult = z.infer<typeof PullResult>;

const byTarget = z.object({ target: z.string().describe('Name or id') });
const byPush = z.object({ pushId: z.string() });
const SecretValues = z
  .record(z.string(), z.string().min(1).max(20_000).nullable())
  .describe('Secrets by field; kept sealed and never given out. null takes one away');

export const targetsApi = {
  kinds: endpoint({
    id: 'targets.kinds',
    method: 'GET',
    path: '/api/v1/target-kinds',
    summary: 'Kinds of places that models can be pushed to, with the schema of their settings',
    response: z.object({ items: z.array(TargetKindInfo) }),
    example: {},
  }),
  list: endpoint({
    id: 'targets.list',
    method: 'GET',
    path: '/api/v1/targets',
    summary: 'Targets by name',
    response: z.object({ items: z.array(PushTarget) }),
    example: {},
  }),
  create: endpoint({
    id: 'targets.create',
    method: 'POST',
    path: '/api/v1/targets',
    summary: 'Set up a place to push models to',
    body: z.object({
      name: TargetName,
      kind: z.string(),
      config: Config.default({}),
      secrets: SecretValues.default({}),
    }),
    status: 201,
    response: PushTarget,
    errors: ['targets/name-taken', 'targets/unknown-kind', 'targets/bad-config'],
  }),
  get: endpoint({
    id: 'targets.get',
    method: 'GET',
    path: '/api/v1/targets/{target}',
    summary: 'One target',
    params: byTarget,
    response: PushTarget,
    errors: ['targets/not-found'],
  }),
  update: endpoint({
    id: 'targets.update',
    method: 'PATCH',
    path: '/api/v1/targets/{target}',
    summary: 'Rename a target, or change its settings (config replaces all settings that are no secrets)',
    params: byTarget,
    body: z.object({
      name: TargetName.optional(),
      config: Config.optional(),
      secrets: SecretValues.optional(),
    }),
    response: PushTarget,
    errors: ['targets/not-found', 'targets/name-taken', 'targets/bad-config'],
  }),
  delete: endpoint({
    id: 'targets.delete',
    method: 'DELETE',
    path: '/api/v1/targets/{target}',
    summary:
      'Remove a target with its secrets; what was pushed there stays there, and so do the receipts here',
    params: byTarget,
    status: 204,
    response: 'none',
    errors: ['targets/not-found'],
  }),
  check: endpoint({
    id: 'targets.check',
    method: 'POST',
    path: '/api/v1/targets/{target}/check',
    summary: 'Check the connection: what is wrong and what to do about it',
    params: byTarget,
    response: TargetCheck,
    errors: ['targets/not-found'],
    timeoutMs: 60_000,
  }),
  plan: endpoint({
    id: 'targets.plan',
    method: 'POST',
    path: '/api/v1/targets/{target}/plan',
    summary: 'What a push would send and change there; sends nothing',
    params: byTarget,
    body: z.object({ model: ModelRef }),
    response: PushPlan,
    errors: [
      'targets/not-found',
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
      'models/no-onnx',
      'targets/unreachable',
      'targets/unauthorized',
      'targets/refused',
    ],
    timeoutMs: 120_000,
  }),
  push: endpoint({
    id: 'targets.push',
    method: 'POST',
    path: '/api/v1/targets/{target}/pushes',
    summary: 'Push a version (a job): resumed where it was cut off, and a second push sends no file again',
    params: byTarget,
    body: z.object({
      model: ModelRef,
      verify: z
        .boolean()
        .default(true)
        .describe('Pull it back afterwards, load it and compare its answers with those here'),
    }),
    status: 202,
    response: Push,
    errors: [
      'targets/not-found',
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
      'models/no-onnx',
    ],
  }),
  pull: endpoint({
    id: 'targets.pull',
    method: 'POST',
    path: '/api/v1/targets/{target}/pull',
    summary: 'Register a version that is there as one here, with its files and where they came from (a job)',
    params: byTarget,
    body: z.object({
      model: ModelRef,
      as: ModelName.optional().describe('Name here; the same when left out'),
    }),
    status: 202,
    response: Job,
    errors: ['targets/not-found', 'targets/cannot-pull'],
  }),
};

export const pushesApi = {
  list: endpoint({
    id: 'pushes.list',
    method: 'GET',
    path: '/api/v1/pushes',
    summary: 'Pushes with their receipts, newest first',
    query: z.object({
      target: z.string().optional(),
      model: z.string().optional(),
      version: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.object({ items: z.array(Push) }),
    example: {},
  }),
  get: endpoint({
    id: 'pushes.get',
    method: 'GET',
    path: '/api/v1/pushes/{pushId}',
    summary: 'One push',
    params: byPush,
    response: Push,
    errors: ['pushes/not-found'],
  }),
  cancel: endpoint({
    id: 'pushes.cancel',
    method: 'POST',
    path: '/api/v1/pushes/{pushId}/cancel',
    summary: 'Give up a push that is under way or waits',
    params: byPush,
    response: Push,
    errors: ['pushes/not-found', 'pushes/ended'],
  }),
  observe: endpoint({
    id: 'pushes.observe',
    method: 'POST',
    path: '/api/v1/pushes/{pushId}/observe',
    summary: 'Look now whether what was pushed is still there as it was',
    params: byPush,
    response: Push,
    errors: ['pushes/not-found', 'pushes/no-receipt', 'targets/not-found'],
    timeoutMs: 60_000,
  }),
};
