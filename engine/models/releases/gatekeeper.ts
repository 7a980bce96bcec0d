import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  CardField,
  type GateReport,
  GateResult,
  type Job,
  type ModelVersion,
  type ReleasePolicy,
} from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import { AssayError } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { JobHandler, JobQueue } from '../../jobs/index.ts';
import type { DriftService } from '../../monitoring/index.ts';
import { withOnnx } from '../../onnx/index.ts';
import { quoteText, type Store } from '../../store/index.ts';
import type { Clock } from '../../system/index.ts';
import type { TrackingService } from '../../tracking/index.ts';
import type { ValidationService } from '../../validation/index.ts';
import { storedFields } from '../cards/card-fields.ts';
import { modelCardOf } from '../cards/model-card.ts';
import type { GateFacts, JudgedVersion } from '../gates/gate-facts.ts';
import type { GatesJobInput } from '../gates-job.ts';
import { keptTestRows } from '../kept-test-rows.ts';
import { findModel, findVersionId, loadVersions, type ModelRow } from '../model-rows.ts';
import { only } from '../only.ts';
import { obstaclesOf, reportOfBasis } from './gate-reports.ts';
import { occupantsOf } from './occupants.ts';
import { policiesOf } from './policies.ts';
import { approvalsOf } from './replay.ts';
import { allTransitions } from './transitions.ts';

export type GatekeeperOptions = {
  store: Store;
  artifacts: Pick<ArtifactStore, 'read'>;
  tracking: Pick<TrackingService, 'findArtifact'>;
  jobs: Pick<JobQueue, 'register' | 'submit' | 'wait'>;
  drift: Pick<DriftService, 'list'>;
  validation: Pick<ValidationService, 'newest'>;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
};

const GatesInput = z.object({ model: z.string(), version: z.string(), environment: z.string() });
const GatesOutput = z.object({ gates: z.array(GateResult), seconds: z.number() });
/** Somebody waits for most of them, and they are short. */
const PRIORITY = 10;
const MOST_TURNS = 3;
const GatesResult = z.object({ reportId: z.string() });

/** Holds versions against policies. */
export type Gatekeeper = {
  submit(version: ModelVersion, environment: string, parentId: string | null): Promise<Job>;
  /** A report of the facts as they are now: one that is there already, else a new one, which is waited for. */
  judge(
    model: ModelRow,
    version: ModelVersion,
    environment: string,
    policy: ReleasePolicy,
    parentId: string | null,
  ): Promise<GateReport>;
};

/** Registers the handler of gate jobs. */
export function createGatekeeper(options: GatekeeperOptions): Gatekeeper {
  const { store, jobs } = options;
  jobs.register(gatesHandler(options));

  const submit: Gatekeeper['submit'] = (version, environment, parentId) => {
    withOnnx(version);
    const input = GatesInput.parse({ model: version.model, version: version.version, environment });
    return jobs.submit({
      kind: 'gates',
      title: `Gates of ${environment} for ${version.model} ${version.version}`,
      input,
      priority: PRIORITY,
      parentId,
      dedupKey: `gates:${JSON.stringify(input)}`,
    });
  };

  const runOnce = async (...what: Parameters<typeof submit>): Promise<void> => {
    const job = await jobs.wait((await submit(...what)).id);
    if (job.state === 'succeeded') return;
    const why = job.error?.message ?? job.state;
    throw new AssayError('releases/gates-failed', `The gates could not be run: ${why}`, {
      problems: [{ path: '/gates', message: why }],
    });
  };

  return {
    submit,
    async judge(model, version, environment, policy, parentId) {
      // What the facts are may change while the gates run: then they run once more.
      for (let turn = 0; turn <= MOST_TURNS; turn++) {
        const facts = await readFacts(options, model, version, environment, policy);
        const report = await reportOfBasis(store.db, model.id, basisOf(facts));
        if (report !== null) return report;
        await runOnce(version, environment, parentId);
      }
      throw new AssayError(
        'releases/changed',
        `What the gates of ${environment} look at changed while they ran; try again`,
      );
    },
  };
}

/** Facts are always put together in the same order, so equal ones give equal text. */
function basisOf(facts: GateFacts): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function judgedVersion(version: ModelVersion): JudgedVersion {
  const { digest, sizeBytes, signature } = withOnnx(version);
  return { version: version.version, digest, sizeBytes, signature };
}

/** Reads what the verdicts are made of. Throws models/no-onnx. */
async function readFacts(
  options: GatekeeperOptions,
  model: ModelRow,
  version: ModelVersion,
  environment: string,
  policy: ReleasePolicy,
): Promise<GateFacts> {
  const { db } = options.store;
  const history = (await allTransitions(db, model)).filter(({ atMs }) => atMs >= version.createdAtMs);
  const occupant = (await occupantsOf(db, model.id)).get(environment);
  const present = occupant === undefined ? null : only(await loadVersions(db, [occupant.versionId]));
  const visited = history.flatMap(({ kind, version: promoted, environment: where }) =>
    kind === 'promote' && promoted === version.version && where !== null ? [where] : [],
  );
  const versionId = await findVersionId(db, model, version.version);
  const { missing } = modelCardOf(version, await storedFields(db, versionId));
  return {
    environment,
    policy,
    candidate: {
      ...judgedVersion(version),
      metrics: version.metrics,
      cardFields: CardField.options.filter((field) => !missing.includes(field)),
    },
    champion: present === null || present.digest === null ? null : judgedVersion(present),
    occupant: present?.version ?? null,
    evaluation: await keptTestRows(options.tracking, version),
    drift: await newestDrift(options, version),
    dataCheck: await newestCheck(options, version),
    approvals: approvalsOf(history, environment)
      .filter((approval) => approval.version === version.version)
      .map(({ actor }) => actor),
    visited: [...new Set(visited)],
  };
}

async function newestDrift(
  { drift }: Pick<GatekeeperOptions, 'drift'>,
  { datasetVersionId }: ModelVersion,
): Promise<GateFacts['drift']> {
  if (datasetVersionId === null) return null;
  const filter = `referenceVersionId = ${quoteText(datasetVersionId)}`;
  const [newest] = (await drift.list({ filter, limit: 1 })).items;
  if (newest === undefined) return null;
  const { id, driftedColumns, totalColumns, currentName } = newest;
  return { reportId: id, drifted: driftedColumns, total: totalColumns, current: currentName };
}

async function newestCheck(
  { validation }: Pick<GatekeeperOptions, 'validation'>,
  { datasetVersionId }: ModelVersion,
): Promise<GateFacts['dataCheck']> {
  const newest = datasetVersionId === null ? null : await validation.newest(datasetVersionId);
  if (newest === null) return null;
  const { id, dataName, failed, warned, unknown } = newest;
  return { validationId: id, name: dataName, failed, warned, unknown };
}

function gatesHandler(options: GatekeeperOptions): JobHandler<unknown, unknown> {
  const { store, artifacts, events, clock } = options;
  const { db } = store;
  /** Facts of running jobs, so that a report says what was judged and not what is true when it is written. */
  const facts = new Map<string, { modelId: number; facts: GateFacts }>();
  return {
    kind: 'gates',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw, job): Promise<GatesJobInput> {
      const { model: name, version: wanted, environment } = GatesInput.parse(raw);
      const model = await findModel(db, name);
      const version = only(await loadVersions(db, [await findVersionId(db, model, wanted)]));
      const policy = (await policiesOf(db, model.id)).get(environment);
      if (policy === undefined)
        throw new AssayError('releases/no-policy', `${environment} has no policy for ${name}`);
      const read = await readFacts(options, model, version, environment, policy);
      facts.set(job.id, { modelId: model.id, facts: read });
      return {
        facts: read,
        candidate: await artifacts.read(read.candidate.digest),
        champion: read.champion === null ? null : await artifacts.read(read.champion.digest),
        evaluation: read.evaluation === null ? null : await artifacts.read(read.evaluation),
      };
    },
    async onSuccess(output, job): Promise<z.infer<typeof GatesResult>> {
      const { gates, seconds } = GatesOutput.parse(output);
      const judged = facts.get(job.id);
      facts.delete(job.id);
      if (judged === undefined)
        throw new AssayError('internal', `Nothing is known of the gates of ${job.id}`);
      const { policy, occupant, environment, candidate } = judged.facts;
      const { model } = GatesInput.parse(job.input);
      const count = (verdict: GateResult['verdict']) =>
        gates.filter((gate) => gate.verdict === verdict).length;
      const report: GateReport = {
        id: job.id.replace(/^job_/, 'gat_'),
        model,
        version: candidate.version,
        environment,
        passed: obstaclesOf({ gates, policy }).length === 0,
        failed: count('fail'),
        skipped: count('skipped'),
        total: gates.length,
        champion: occupant,
        seconds,
        createdAtMs: clock.nowMs(),
        policy,
        gates,
      };
      await db
        .insertInto('gate_reports')
        .values({
          id: report.id,
          model_id: judged.modelId,
          version: report.version,
          environment,
          passed: report.passed ? 1 : 0,
          basis: basisOf(judged.facts),
          body: JSON.stringify(report),
          created_at_ms: report.createdAtMs,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      events.emit(
        {
          type: 'release.changed',
          data: { model, version: report.version, environment, change: 'gate-report' },
        },
        {
          text: `${model} ${report.version} ${report.passed ? 'passed' : 'did not pass'} the gates of ${environment}`,
          link: `/models/${encodeURIComponent(model)}?tab=releases`,
        },
      );
      return { reportId: report.id };
    },
    async onEnd(job) {
      facts.delete(job.id);
    },
  };
}
