import { AssayError } from '../../../engine/errors.ts';
import { createReleaseService, type ReleaseService } from '../../../engine/models/index.ts';
import type { DriftService } from '../../../engine/monitoring/index.ts';
import { silentLogger, systemIds } from '../../../engine/system/index.ts';
import {
  type DataValidationRow,
  type DriftReportRow,
  type ModelVersion,
  RegisterRequest,
  ReleasePolicy,
} from '../../../local-api/contract/index.ts';
import { type ModelRegistryFixture, modelRegistryFixture } from './model-registry-fixture.ts';
import { lateModel } from './sample-models.ts';

export type ReleaseFixture = ModelRegistryFixture & {
  releases: ReleaseService;
  /** Registers the sample classifier once more. */
  version(options?: { version?: string; metrics?: Record<string, number> }): Promise<ModelVersion>;
  policy(environment: string, policy: Parameters<typeof ReleasePolicy.parse>[0]): Promise<void>;
  /** What the drift room answers from now on. */
  driftReports: DriftReportRow[];
  /** The newest check of the data that versions were trained on, if any. */
  dataChecks: DataValidationRow[];
};

const late = lateModel();

async function noTarget(): Promise<never> {
  throw new AssayError('targets/not-found', 'There are no targets here');
}

/** Releases of the model "late" over a real registry; gates run in real processes. */
export async function releaseFixture(): Promise<ReleaseFixture> {
  const fixture = await modelRegistryFixture();
  const driftReports: DriftReportRow[] = [];
  const dataChecks: DataValidationRow[] = [];
  const drift: Pick<DriftService, 'list'> = {
    list: async () => ({ items: driftReports, nextCursor: null }),
  };
  const clock = { nowMs: fixture.nowMs };
  const releases = createReleaseService({
    ...fixture,
    drift,
    validation: { newest: async () => dataChecks[0] ?? null },
    events: { emit: (event) => void fixture.events.push(event) },
    clock,
    ids: systemIds(clock),
    logger: silentLogger,
    targets: { get: noTarget, push: noTarget, getPush: noTarget },
    environments: () => ['dev', 'test', 'staging', 'production'],
  });
  return {
    ...fixture,
    releases,
    driftReports,
    dataChecks,
    async version({ version, metrics = { accuracy: 0.9 } } = {}) {
      const runId = await fixture.trainedRun({
        model: late.bytes,
        signature: late.signature,
        evaluation: { metrics },
      });
      const request = { runId, ...(version === undefined ? {} : { version }) };
      return fixture.registry.register('late', RegisterRequest.parse(request));
    },
    async policy(environment, policy) {
      await releases.setPolicy('late', environment, ReleasePolicy.parse(policy));
    },
  };
}
