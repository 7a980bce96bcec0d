import type {
  EndpointPredictResponse,
  EndpointSettings,
  UpdateEndpoint,
} from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock, Logger } from '../../system/index.ts';
import type { ServingService } from '../serving-service.ts';
import { createAnswering } from './answering.ts';
import { createCanaryController } from './canary-controller.ts';
import { readyRoute } from './check-route.ts';
import { armsOf } from './choose-arm.ts';
import { createEndpointBook, toServingEndpoint } from './endpoint-book.ts';
import type { EndpointService, LoggedSelection } from './endpoint-service.ts';
import { routeSignature } from './endpoint-signature.ts';
import { createGroundTruth, shownOutcome, shownQuality } from './ground-truth.ts';
import { createReplays, type ReplayOptions } from './replay.ts';
import { createRequestGuard, type FindChecks } from './request-guard.ts';
import { type RequestSelection, requestLines, summarise } from './request-lines.ts';
import { createRequestLog } from './request-log.ts';
import { testsOf } from './sequential-tests.ts';

const checkMs = 1000;
/** What may change by which schema requests are checked. */
const forgetOn: ReadonlySet<string> = new Set(['model.changed', 'data-schema.changed']);

/** Endpoints over the serving of models; see `EndpointService`. */
export function createEndpointService(
  options: {
    store: Store;
    serving: ServingService;
    events: Pick<EventBus, 'emit' | 'subscribe'>;
    clock: Clock;
    logger: Logger;
    /** Who acts when a request does not say. */
    localActor: () => string;
    findChecks: FindChecks;
  } & Pick<ReplayOptions, 'models' | 'artifacts' | 'jobs' | 'tmpDir'>,
): EndpointService {
  const { store, serving, events, clock, logger, localActor } = options;
  const book = createEndpointBook({ store, clock, events });
  const truth = createGroundTruth({ store, clock });
  const log = createRequestLog({ store, clock, logger });
  const canaries = createCanaryController({ book, truth, clock, logger });
  const answering = createAnswering({ serving, canaries, clock, logger });
  const guard = createRequestGuard(options);
  const replays = createReplays({ ...options, find: book.find });
  let timer: NodeJS.Timeout | null = null;
  let checking: Promise<void> = Promise.resolve();
  let listening: { unsubscribe(): void } | null = null;

  const withId = async ({ endpoint, ...selection }: LoggedSelection): Promise<RequestSelection> =>
    endpoint === undefined ? selection : { ...selection, endpointId: (await book.find(endpoint)).id };

  const check = async (): Promise<void> => {
    await canaries.check();
    await canaries.idle();
    guard.tell();
  };

  return {
    list: async () => (await book.all()).map(toServingEndpoint),
    get: async (name) => toServingEndpoint(await book.find(name)),

    async describe(name) {
      const entry = await book.get(name);
      if (entry === undefined) return null;
      const { route, isPaused } = entry.settings;
      const refs = armsOf(route).map(({ ref }) => ref);
      return { signature: await routeSignature(serving, route), isPaused, refs };
    },

    async create({ name, actor, reason, description, route, log: logged, limits, validation }) {
      const after = {
        description,
        route: await readyRoute(serving, route),
        isPaused: false,
        log: logged,
        limits,
        validation,
      };
      await guard.prove(after);
      return toServingEndpoint(
        await book.create(name, { kind: 'create', after, actor: actor ?? localActor(), reason }),
      );
    },

    async update(name, request) {
      const { settings: present } = await book.find(name);
      const route = request.route === undefined ? undefined : await readyRoute(serving, request.route);
      if (request.validation !== undefined) await guard.prove(patched(present, { ...request, route }));
      const entry = await book.change(name, ({ settings, revision }) => {
        if (request.expectedRevision !== undefined && request.expectedRevision !== revision)
          throw new AssayError(
            'endpoints/changed',
            `The endpoint "${name}" is at revision ${revision}, not ${request.expectedRevision}.`,
          );
        const after = patched(settings, { ...request, route });
        if (JSON.stringify(after) === JSON.stringify(settings)) return null;
        return { kind: kindOf(request), after, actor: request.actor ?? localActor(), reason: request.reason };
      });
      return toServingEndpoint(entry);
    },

    async delete(name) {
      const { id } = await book.find(name);
      await log.flush();
      await book.delete(name);
      answering.forget(id);
    },

    changes: async (name, query) => book.changes(await book.find(name), query),

    async undo(name, { actor, reason }) {
      const entry = await book.find(name);
      const [last] = await book.changes(entry, { limit: 1 });
      if (last === undefined || last.before === null)
        throw new AssayError('endpoints/nothing-to-undo', `The endpoint "${name}" is as it was made.`);
      const after = { ...last.before, route: await readyRoute(serving, last.before.route) };
      const changed = await book.change(name, ({ revision }) => {
        if (revision !== last.revision)
          throw new AssayError('endpoints/changed', `The endpoint "${name}" was changed meanwhile.`);
        return { kind: 'undo', after, actor: actor ?? localActor(), reason };
      });
      return toServingEndpoint(changed);
    },

    async commandCanary(name, command) {
      const entry = await book.find(name);
      await canaries.command(entry, { ...command, actor: command.actor ?? localActor() });
      return toServingEndpoint(entry);
    },

    async predict(name, request, call): Promise<EndpointPredictResponse> {
      const entry = await book.find(name);
      if (entry.settings.isPaused)
        throw new AssayError('endpoints/paused', `The endpoint "${name}" is paused.`);
      await guard.check(entry, request, call.requestId);
      const answered = await answering.answer(entry, request, call);
      log.add({ id: entry.id, name, log: entry.settings.log }, request, answered);
      return answered;
    },

    async stats(name, windowSeconds) {
      const entry = await book.find(name);
      const { figures, shadows } = answering.seen(entry);
      const { route } = entry.settings;
      const quality = await truth.quality(entry.id);
      const outcomes = await truth.outcomes(entry.id);
      const shown = new Set(armsOf(route).map((arm) => arm.name));
      return {
        windowSeconds,
        ...figures.read(windowSeconds),
        quality: shownQuality(quality),
        outcomes: outcomes.map(shownOutcome),
        tests: testsOf(route, quality, outcomes),
        shadows: route.kind === 'shadow' ? shadows.figures().filter(({ arm }) => shown.has(arm)) : [],
      };
    },

    validation: async (name) => guard.read(await book.find(name)),
    onCheck: guard.onCheck,

    async groundTruth(name, request) {
      const entry = await book.find(name);
      await log.flush();
      return truth.join(entry.id, request);
    },

    async outcomes(name, request) {
      const entry = await book.find(name);
      await log.flush();
      return truth.joinOutcomes(entry.id, request);
    },

    async summarise(selection) {
      await log.flush();
      return summarise(store, await withId(selection));
    },

    async *logged(selection, limit) {
      await log.flush();
      yield* requestLines(store, await withId(selection), limit);
    },

    async replay(name, request, parentJobId = null) {
      const entry = await book.find(name);
      await log.flush();
      return replays.start(entry, request, parentJobId);
    },

    requests: async (name, query) => log.list((await book.find(name)).id, query),

    onPrediction: answering.onPrediction,

    check,

    start() {
      listening = events.subscribe(({ type }) => {
        if (forgetOn.has(type)) guard.forget();
      });
      timer = setInterval(() => {
        checking = checking.then(check).catch((thrown: unknown) => {
          logger.error({ error: messageOf(thrown) }, 'canaries could not be looked at');
        });
      }, checkMs);
      timer.unref();
    },

    async close() {
      if (timer !== null) clearInterval(timer);
      listening?.unsubscribe();
      await checking;
      await canaries.idle();
      await answering.idle();
      await book.saveCounts();
      await log.close();
    },
  };
}

function patched(settings: EndpointSettings, patch: Omit<UpdateEndpoint, 'reason'>): EndpointSettings {
  return {
    description: patch.description ?? settings.description,
    route: patch.route ?? settings.route,
    isPaused: patch.isPaused ?? settings.isPaused,
    log: patch.log ?? settings.log,
    limits: patch.limits ?? settings.limits,
    validation: patch.validation ?? settings.validation,
  };
}

function kindOf({
  isPaused,
  route,
  description,
  log,
  limits,
  validation,
}: UpdateEndpoint): 'pause' | 'resume' | 'update' {
  const others = [route, description, log, limits, validation];
  if (isPaused === undefined || others.some((part) => part !== undefined)) return 'update';
  return isPaused ? 'pause' : 'resume';
}
