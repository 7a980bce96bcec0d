import type { ModelVersion, ReleaseTransition } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import { list, type Store } from '../../store/index.ts';
import { type Clock, type Ids, type Logger, localActor } from '../../system/index.ts';
import type { ModelRegistry } from '../model-registry.ts';
import { findModel, findVersionId, loadVersions, type ModelRow, type VersionRef } from '../model-rows.ts';
import { only } from '../only.ts';
import { touch } from '../write-models.ts';
import { awaitedVersions, isAwaited, promotionSettled } from './awaited-promotions.ts';
import { readBoard, rollbackTarget } from './board.ts';
import { moveEnvironment } from './environments.ts';
import {
  gateReport,
  gateReportListing,
  gateReportsOf,
  loadGateReports,
  obstaclesOf,
} from './gate-reports.ts';
import { createGatekeeper, type GatekeeperOptions } from './gatekeeper.ts';
import { occupantsOf } from './occupants.ts';
import { checkEnvironment, policiesOf, writePolicy } from './policies.ts';
import { createReleasePushes, type PushTargets } from './release-pushes.ts';
import type { ReleaseService } from './release-service.ts';
import {
  addTransition,
  loadTransitions,
  type Transition,
  transitionListing,
  transitionsOf,
} from './transitions.ts';

export type ReleaseServiceOptions = GatekeeperOptions & {
  store: Store;
  registry: Pick<ModelRegistry, 'aliasMoved' | 'versionChanged' | 'onChange'>;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  targets: PushTargets;
  /** Names of the environments, in order. */
  environments(): readonly string[];
};

type Who = { actor?: string | undefined; reason: string };

/** Releases over the workspace database. Registers the handler of gate jobs. */
export function createReleaseService(options: ReleaseServiceOptions): ReleaseService {
  const { store, registry, events, clock, ids, logger } = options;
  const { db } = store;
  const gatekeeper = createGatekeeper(options);
  const pushes = createReleasePushes(options);
  const running = new Set<Promise<void>>();

  const find = async (name: string, ref: VersionRef) => {
    const model = await findModel(db, name);
    const id = await findVersionId(db, model, ref);
    return { model, id, version: only(await loadVersions(db, [id])) };
  };

  const newTransition = ({ actor, reason }: Who) => ({
    id: ids.id('rel'),
    actor: actor ?? localActor(),
    reason,
    overrideReason: null,
    gateReportId: null,
    atMs: clock.nowMs(),
  });

  const emit = (told: Transition, sentence: string) => {
    const { model, version, environment, kind } = told;
    const change = changeNames[kind];
    events.emit(
      { type: 'release.changed', data: { model, version, environment, change } },
      { text: sentence, link: `/models/${encodeURIComponent(model)}?tab=releases` },
    );
  };

  const moved = (told: Transition, to: ModelVersion | null, champion: boolean) => {
    const alias = told.environment ?? '';
    registry.aliasMoved(told.model, alias, to);
    if (champion && to !== null) registry.aliasMoved(told.model, 'champion', to);
    emit(told, sentenceOf(told));
  };

  const withPushes = async (told: Transition): Promise<ReleaseTransition> => ({
    ...told,
    pushes: (await pushes.of([told.id])).get(told.id) ?? [],
  });

  const promote: ReleaseService['promote'] = async (name, request, parentJobId = null) => {
    const { environment } = request;
    checkEnvironment(environment, options.environments());
    const { model, id, version } = await find(name, request.version);
    refuseArchived(version);
    const current = (await occupantsOf(db, model.id)).get(environment)?.version ?? null;
    if (current === version.version)
      throw new AssayError('releases/already-there', `${name} ${current} is in ${environment} already`);
    if (request.expectedCurrent !== undefined && request.expectedCurrent !== current)
      throw new AssayError('releases/changed', `${current ?? 'Nothing'} of ${name} is in ${environment} now`);
    const policy = (await policiesOf(db, model.id)).get(environment) ?? null;
    const report =
      policy === null || policy.gates.length === 0
        ? null
        : await gatekeeper.judge(model, version, environment, policy, parentJobId);
    const obstacles = report === null ? [] : obstaclesOf(report);
    if (obstacles.length > 0 && request.override === undefined) {
      throw new AssayError(
        'releases/gates-failed',
        `${name} ${version.version} must not go to ${environment}: ${obstacles.map(({ message }) => message).join('; ')}`,
        { problems: obstacles },
      );
    }
    const told = await store.transaction((trx) =>
      moveEnvironment(trx, {
        model,
        environment,
        to: { id, version: version.version },
        transition: {
          ...newTransition(request),
          kind: 'promote',
          overrideReason: obstacles.length > 0 ? (request.override?.reason ?? null) : null,
          gateReportId: report?.id ?? null,
        },
        expected: report === null ? request.expectedCurrent : report.champion,
        champion: policy?.champion ?? false,
        pushTo: policy?.push ?? [],
      }),
    );
    moved(told, version, policy?.champion ?? false);
    await pushes.submit(told.id);
    return withPushes(told);
  };

  /** New versions go to the environments whose policy says so, in their order, until one refuses. */
  const promoteBySelf = async ({ model: name, version }: ModelVersion): Promise<void> => {
    const model = await findModel(db, name);
    const policies = await policiesOf(db, model.id);
    for (const environment of options.environments()) {
      if (policies.get(environment)?.onRegister !== 'promote') continue;
      const reason = 'A new version: the policy of the environment promotes it when its gates pass';
      try {
        await promote(name, { version, environment, reason, actor: 'policy' });
      } catch (thrown) {
        // An engine that ended in the middle had come this far.
        if (!(thrown instanceof AssayError) || thrown.code !== 'releases/already-there') throw thrown;
      }
    }
  };

  const settlePromotion = async (version: ModelVersion): Promise<void> => {
    const id = await findVersionId(db, await findModel(db, version.model), version.version);
    if (!(await isAwaited(db, id))) return;
    try {
      await promoteBySelf(version);
    } catch (thrown) {
      const isRefusal = thrown instanceof AssayError && thrown.code === 'releases/gates-failed';
      const facts = { model: version.model, version: version.version, reason: messageOf(thrown) };
      if (isRefusal) logger.info(facts, 'a new version was not promoted');
      else logger.error(facts, 'promoting a new version failed');
      // What is not about the release, such as an engine that ends, is tried again at the next start.
      if (!(thrown instanceof AssayError) || !/^(releases|models)\//.test(thrown.code)) return;
    }
    await promotionSettled(db, id);
  };
  const inBackground = (version: ModelVersion): void => {
    const work = settlePromotion(version).catch((thrown: unknown) =>
      logger.error({ reason: messageOf(thrown) }, 'promoting a new version failed'),
    );
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  registry.onChange((change) => {
    if (change.what === 'version-created' && change.version.digest !== null) inBackground(change.version);
  });

  const note = async (
    model: ModelRow,
    told: Omit<Transition, 'model'>,
    deprecation?: { id: number; value: ModelVersion['deprecation'] },
  ): Promise<ReleaseTransition> => {
    const added = await store.transaction(async (trx) => {
      if (deprecation !== undefined) {
        const value = deprecation.value === null ? null : JSON.stringify(deprecation.value);
        await trx
          .updateTable('model_versions')
          .set({ deprecation: value, updated_at_ms: told.atMs })
          .where('id', '=', deprecation.id)
          .execute();
        await touch(trx, model, told.atMs);
      }
      return addTransition(trx, model, told);
    });
    if (deprecation !== undefined) registry.versionChanged(model.name, added.version);
    emit(added, sentenceOf(added));
    return { ...added, pushes: [] };
  };

  const policyChanged = (model: string, environment: string) =>
    events.emit({ type: 'release.changed', data: { model, version: null, environment, change: 'policy' } });

  return {
    async board(name) {
      return readBoard(db, await findModel(db, name), options.environments(), pushes.of);
    },
    async history(name, query) {
      const model = await findModel(db, name);
      return list(db, transitionListing, query, {
        async load(keys) {
          const lines = await loadTransitions(db, model, keys);
          const found = await pushes.of([...lines.values()].map(({ id }) => id));
          return new Map(
            [...lines].map(([key, line]) => [key, { ...line, pushes: found.get(line.id) ?? [] }]),
          );
        },
        scope: transitionsOf(model.id),
      });
    },
    promote,

    async rollback(name, request) {
      const { environment } = request;
      checkEnvironment(environment, options.environments());
      const model = await findModel(db, name);
      const wanted = request.to ?? (await rollbackTarget(db, model, environment));
      if (wanted === null) {
        throw new AssayError(
          'releases/nothing-before',
          `No earlier version of ${name} was in ${environment} that could come back`,
        );
      }
      const { id, version } = await find(name, wanted);
      refuseArchived(version);
      const champion = (await policiesOf(db, model.id)).get(environment)?.champion ?? false;
      const told = await store.transaction((trx) =>
        moveEnvironment(trx, {
          model,
          environment,
          to: { id, version: version.version },
          transition: { ...newTransition(request), kind: 'rollback' },
          expected: request.expectedCurrent,
          champion,
          pushTo: [],
        }),
      );
      moved(told, version, champion);
      return { ...told, pushes: [] };
    },

    async withdraw(name, request) {
      const { environment } = request;
      checkEnvironment(environment, options.environments());
      const model = await findModel(db, name);
      const told = await store.transaction(async (trx) => {
        if (!(await occupantsOf(trx, model.id)).has(environment))
          throw new AssayError('releases/nothing-there', `No version of ${name} is in ${environment}`);
        return moveEnvironment(trx, {
          model,
          environment,
          to: null,
          transition: { ...newTransition(request), kind: 'withdraw' },
          expected: request.expectedCurrent,
          champion: false,
          pushTo: [],
        });
      });
      moved(told, null, false);
      return { ...told, pushes: [] };
    },

    async approve(name, request) {
      const { environment } = request;
      checkEnvironment(environment, options.environments());
      const { model, version } = await find(name, request.version);
      const base = { ...newTransition(request), version: version.version, from: null };
      return note(model, { ...base, kind: request.decision, environment });
    },

    async deprecate(name, ref, request) {
      const { model, id, version } = await find(name, ref);
      if (request.replacement !== null) await findVersionId(db, model, request.replacement);
      const base = { ...newTransition(request), version: version.version, from: null, environment: null };
      const { reason, sunsetMs, replacement } = request;
      const value = { fromMs: request.fromMs ?? base.atMs, sunsetMs, reason, replacement };
      return note(model, { ...base, kind: 'deprecate' }, { id, value });
    },
    async undeprecate(name, ref) {
      const { model, id, version } = await find(name, ref);
      if (version.deprecation === null) return;
      const who = newTransition({ reason: '' });
      const base = { ...who, version: version.version, from: null, environment: null };
      await note(model, { ...base, kind: 'undeprecate' }, { id, value: null });
    },

    async setPolicy(name, environment, policy) {
      checkEnvironment(environment, options.environments());
      const model = await findModel(db, name);
      for (const target of policy.push) await options.targets.get(target);
      await writePolicy(db, model.id, environment, policy, clock.nowMs());
      policyChanged(name, environment);
      return policy;
    },
    async deletePolicy(name, environment) {
      const model = await findModel(db, name);
      await writePolicy(db, model.id, environment, null, clock.nowMs());
      policyChanged(name, environment);
    },

    async runGates(name, ref, environment, parentJobId = null) {
      checkEnvironment(environment, options.environments());
      const { model, version } = await find(name, ref);
      const policy = (await policiesOf(db, model.id)).get(environment);
      if (policy === undefined)
        throw new AssayError('releases/no-policy', `${environment} has no policy for ${name}`);
      return gatekeeper.submit(version, environment, parentJobId);
    },
    async gateReports(name, query) {
      const { id } = await findModel(db, name);
      return list(db, gateReportListing, query, {
        load: (keys) => loadGateReports(db, keys),
        scope: gateReportsOf(id),
      });
    },
    gateReport: (reportId) => gateReport(db, reportId),
    async start() {
      await pushes.submit();
      for (const version of await awaitedVersions(db)) inBackground(version);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

const changeNames = {
  promote: 'promote',
  rollback: 'rollback',
  withdraw: 'withdraw',
  approve: 'approval',
  disapprove: 'approval',
  deprecate: 'deprecation',
  undeprecate: 'deprecation',
} as const satisfies Record<ReleaseTransition['kind'], string>;

function refuseArchived({ model, version, status }: ModelVersion): void {
  if (status === 'archived') throw new AssayError('releases/archived', `${model} ${version} is archived`);
}

function sentenceOf({ model, version, kind, environment, actor, from }: Transition): string {
  switch (kind) {
    case 'promote':
      return `${actor} promoted ${model} ${version} to ${environment}`;
    case 'rollback':
      return `${actor} rolled ${model} back from ${from} to ${version} in ${environment}`;
    case 'withdraw':
      return `${actor} took ${model} ${version} out of ${environment}`;
    case 'approve':
      return `${actor} approved ${model} ${version} for ${environment}`;
    case 'disapprove':
      return `${actor} took back the approval of ${model} ${version} for ${environment}`;
    case 'deprecate':
      return `${actor} deprecated ${model} ${version}`;
    case 'undeprecate':
      return `${actor} took back the deprecation of ${model} ${version}`;
  }
}
