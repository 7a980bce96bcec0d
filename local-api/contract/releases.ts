import { z } from 'zod';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { SemVer } from './models.ts';
import { EnvironmentName, ReleasePolicy } from './release-policy.ts';
import { Push } from './targets.ts';

/** A push that a promotion set going, as it stands now. */
export const ReleasePush = z.object({
  target: z.string(),
  pushId: z.string().nullable().describe('null: not submitted yet, or refused'),
  state: Push.shape.state,
  error: z.string().nullable(),
});
export type ReleasePush = z.infer<typeof ReleasePush>;

/** One thing that was done about the release of a model. The history only grows. */
export const ReleaseTransition = z
  .object({
    id: z.string(),
    model: z.string(),
    kind: z.enum(['promote', 'rollback', 'withdraw', 'approve', 'disapprove', 'deprecate', 'undeprecate']),
    environment: z.string().nullable().describe('null for a deprecation'),
    version: SemVer.describe('The version it is about; for a rollback the one that came back'),
    from: SemVer.nullable().describe('What was in the environment before; null when nothing was'),
    actor: z.string(),
    reason: z.string(),
    overrideReason: z
      .string()
      .nullable()
      .describe('Why it was promoted although gates had failed; null when none had'),
    gateReportId: z.string().nullable(),
    pushes: z
      .array(ReleasePush)
      .describe('What the policy pushed it to; a push that fails leaves the promotion as it is'),
    atMs: TimestampMs,
  })
  .meta({ id: 'ReleaseTransition' });
export type ReleaseTransition = z.infer<typeof ReleaseTransition>;

/** One environment of a model: what is in it and how it got there. */
export const EnvironmentState = z.object({
  environment: z.string(),
  version: SemVer.nullable(),
  since: ReleaseTransition.nullable().describe('The transition that brought the version'),
  rollbackTo: SemVer.nullable().describe('What a rollback would bring back; null when there is nothing'),
  policy: ReleasePolicy.nullable(),
  approvals: z
    .array(z.object({ version: SemVer, actor: z.string(), atMs: TimestampMs }))
    .describe('Approvals that stand'),
});
export type EnvironmentState = z.infer<typeof EnvironmentState>;

export const GateResult = z.object({
  kind: z.string(),
  title: z.string().describe('What was asked for, in a few words'),
  verdict: z.enum(['pass', 'fail', 'skipped']),
  measured: z.string().describe('What was found; empty when nothing could be'),
  limit: z.string(),
  reason: z.string().describe('Why, in a sentence'),
  seconds: z.number(),
});
export type GateResult = z.infer<typeof GateResult>;

export const GateReportRow = z.object({
  id: z.string(),
  model: z.string(),
  version: SemVer,
  environment: z.string(),
  passed: z.boolean(),
  failed: z.int().describe('Gates that failed'),
  skipped: z.int(),
  total: z.int(),
  champion: SemVer.nullable().describe('What was in the environment then'),
  seconds: z.number(),
  createdAtMs: TimestampMs,
});
export type GateReportRow = z.infer<typeof GateReportRow>;

/** What came out when a version was held against the policy of an environment. */
export const GateReport = GateReportRow.extend({
  policy: ReleasePolicy,
  gates: z.array(GateResult),
}).meta({ id: 'GateReport' });
export type GateReport = z.infer<typeof GateReport>;

const actor = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .optional()
  .describe('Who does it; the user that runs the engine when left out');
const reason = z.string().trim().max(2000).describe('Why, for those who read the history');
const version = z.string().min(1).max(260).describe('1.2.0 or @alias');
const expectedCurrent = SemVer.nullable()
  .optional()
  .describe('Refuse when another version is in the environment by now; null: expect it to be empty');

export const PromoteRequest = z.object({
  version,
  environment: EnvironmentName,
  reason: reason.default(''),
  actor,
  override: z
    .object({ reason: z.string().trim().min(1).max(2000) })
    .optional()
    .describe('Promote although gates fail; the reason is kept'),
  expectedCurrent,
});
export type PromoteRequest = z.infer<typeof PromoteRequest>;

export const RollbackRequest = z.object({
  environment: EnvironmentName,
  reason: z.string().trim().min(1).max(2000),
  to: version.optional().describe('The version to go back to; the one before when left out'),
  actor,
  expectedCurrent,
});
export type RollbackRequest = z.infer<typeof RollbackRequest>;

export const ApprovalRequest = z.object({
  version,
  environment: EnvironmentName,
  decision: z
    .enum(['approve', 'disapprove'])
    .default('approve')
    .describe('disapprove takes an approval back'),
  reason: reason.default(''),
  actor,
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

export const DeprecateRequest = z.object({
  reason: z.string().trim().min(1).max(2000),
  fromMs: TimestampMs.optional().describe('Since when, or from when on; now when left out'),
  sunsetMs: TimestampMs.nullable().default(null).describe('When it will no longer be there'),
  replacement: SemVer.nullable().default(null).describe('The version to use instead'),
  actor,
});
export type DeprecateRequest = z.infer<typeof DeprecateRequest>;

const byModel = z.object({ model: z.string() });
const byEnvironment = z.object({ model: z.string(), environment: EnvironmentName });
const byVersion = z.object({ model: z.string(), version: z.string() });
const versionErrors = ['models/not-found', 'models/version-not-found', 'models/alias-not-found'] as const;

export const releasesApi = {
  board: endpoint({
    id: 'releases.board',
    method: 'GET',
    path: '/api/v1/models/{model}/releases',
    summary: 'What is in each environment of a model',
    description: 'Environments in the order of the setting release.environments, which names them.',
    params: byModel,
    response: z.object({ environments: z.array(EnvironmentState) }),
    errors: ['models/not-found'],
  }),
  history: endpoint({
    id: 'releases.history',
    method: 'GET',
    path: '/api/v1/models/{model}/release-history',
    summary: 'Every promotion, rollback, approval and deprecation of a model, newest first',
    params: byModel,
    query: ListQuery,
    response: pageOf(ReleaseTransition),
    errors: ['models/not-found'],
  }),
  promote: endpoint({
    id: 'releases.promote',
    method: 'POST',
    path: '/api/v1/models/{model}/promote',
    summary: 'Bring a version into an environment',
    description:
      'Gates of the environment run first unless a report of the same state is there: what they say of a version holds until the policy, the version, its approvals or the version in the environment change. The alias of the same name moves with the environment, and the stage that MLflow knows.',
    params: byModel,
    body: PromoteRequest,
    response: ReleaseTransition,
    errors: [
      ...versionErrors,
      'models/no-onnx',
      'releases/environment-not-found',
      'releases/gates-failed',
      'releases/already-there',
      'releases/changed',
      'releases/archived',
    ],
    timeoutMs: 900_000,
  }),
  rollback: endpoint({
    id: 'releases.rollback',
    method: 'POST',
    path: '/api/v1/models/{model}/rollback',
    summary: 'Bring back the version that was in an environment before; gates are not asked',
    params: byModel,
    body: RollbackRequest,
    response: ReleaseTransition,
    errors: [
      ...versionErrors,
      'releases/environment-not-found',
      'releases/nothing-before',
      'releases/changed',
      'releases/archived',
    ],
  }),
  withdraw: endpoint({
    id: 'releases.withdraw',
    method: 'POST',
    path: '/api/v1/models/{model}/withdraw',
    summary: 'Take the version out of an environment, which is empty then',
    params: byModel,
    body: RollbackRequest.omit({ to: true }),
    response: ReleaseTransition,
    errors: [
      'models/not-found',
      'releases/environment-not-found',
      'releases/nothing-there',
      'releases/changed',
    ],
  }),
  approve: endpoint({
    id: 'releases.approve',
    method: 'POST',
    path: '/api/v1/models/{model}/approvals',
    summary: 'Approve a version for an environment, or take the approval back',
    params: byModel,
    body: ApprovalRequest,
    status: 201,
    response: ReleaseTransition,
    errors: [...versionErrors, 'releases/environment-not-found'],
  }),
  deprecate: endpoint({
    id: 'releases.deprecate',
    method: 'PUT',
    path: '/api/v1/models/{model}/versions/{version}/deprecation',
    summary: 'Deprecate a version',
    description: 'Its predictions then carry the headers Deprecation (RFC 9745) and Sunset (RFC 8594).',
    params: byVersion,
    body: DeprecateRequest,
    response: ReleaseTransition,
    errors: versionErrors,
  }),
  undeprecate: endpoint({
    id: 'releases.undeprecate',
    method: 'DELETE',
    path: '/api/v1/models/{model}/versions/{version}/deprecation',
    summary: 'Take back the deprecation of a version',
    params: byVersion,
    status: 204,
    response: 'none',
    errors: versionErrors,
  }),
  setPolicy: endpoint({
    id: 'releases.setPolicy',
    method: 'PUT',
    path: '/api/v1/models/{model}/policies/{environment}',
    summary: 'Set what a version must pass before it is promoted to an environment',
    params: byEnvironment,
    body: ReleasePolicy,
    response: ReleasePolicy,
    errors: ['models/not-found', 'releases/environment-not-found', 'targets/not-found'],
  }),
  deletePolicy: endpoint({
    id: 'releases.deletePolicy',
    method: 'DELETE',
    path: '/api/v1/models/{model}/policies/{environment}',
    summary: 'Remove the policy of an environment: every version may be promoted to it',
    params: byEnvironment,
    status: 204,
    response: 'none',
    errors: ['models/not-found', 'releases/environment-not-found'],
  }),
  runGates: endpoint({
    id: 'releases.runGates',
    method: 'POST',
    path: '/api/v1/models/{model}/versions/{version}/gates',
    summary: 'Hold a version against the policy of an environment (a job, whose result has reportId)',
    params: byVersion,
    body: z.object({ environment: EnvironmentName }),
    status: 202,
    response: Job,
    errors: [...versionErrors, 'models/no-onnx', 'releases/environment-not-found', 'releases/no-policy'],
  }),
  gateReports: endpoint({
    id: 'releases.gateReports',
    method: 'GET',
    path: '/api/v1/models/{model}/gate-reports',
    summary: 'Gate reports of a model, newest first',
    params: byModel,
    query: ListQuery,
    response: pageOf(GateReportRow),
    errors: ['models/not-found'],
  }),
  gateReport: endpoint({
    id: 'releases.gateReport',
    method: 'GET',
    path: '/api/v1/gate-reports/{reportId}',
    summary: 'One gate report',
    params: z.object({ reportId: z.string() }),
    response: GateReport,
    errors: ['releases/report-not-found'],
  }),
};
