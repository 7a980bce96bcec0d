import type {
  EndpointPredictRequest,
  EndpointPredictResponse,
  EndpointRoute,
  EndpointSettings,
  PredictResponse,
  UpdateEndpoint,
} from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock, Logger } from '../../system/index.ts';
import type { ServingService } from '../serving-service.ts';
import { createCanaryController } from './canary-controller.ts';
import { readyRoute } from './check-route.ts';
import { armsOf, chooseArm, type RouteArm } from './choose-arm.ts';
import { createEndpointBook, type Entry, toServingEndpoint } from './endpoint-book.ts';
import type { EndpointObservation, EndpointService, PredictionCall } from './endpoint-service.ts';
import { createGroundTruth, shownQuality, testsOf } from './ground-truth.ts';
import { createLiveFigures, type LiveFigures } from './live-figures.ts';
import { createRequestLog } from './request-log.ts';
import { createShadows, type Shadows } from './shadows.ts';

const checkMs = 1000;

/** What an endpoint has seen since the engine started. */
type Seen = { figures: LiveFigures; shadows: Shadows };

/** Endpoints over the serving of models; see `EndpointService`. */
export function createEndpointService(options: {
  store: Store;
  serving: ServingService;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  logger: Logger;
  /** Who acts when a request does not say. */
  localActor: () => string;
}): EndpointService {
  const { store, serving, events, clock, logger, localActor } = options;
  const book = createEndpointBook({ store, clock, events });
  const truth = createGroundTruth({ store, clock });
  const log = createRequestLog({ store, clock, logger });
  const canaries = createCanaryController({ book, truth, clock, logger });
  const listeners: ((observation: EndpointObservation) => void)[] = [];
  const seen = new Map<number, Seen>();
  let timer: NodeJS.Timeout | null = null;
  let checking: Promise<void> = Promise.resolve();

  const seenOf = ({ id }: Entry): Seen => {
    const known = seen.get(id);
    if (known !== undefined) return known;
    const fresh = {
      figures: createLiveFigures(() => clock.nowMs()),
      shadows: createShadows((request) => serving.predict(request)),
    };
    seen.set(id, fresh);
    return fresh;
  };
  const observe = (entry: Entry, arm: string, milliseconds: number, rows: number, thrown?: unknown): void => {
    const outcome = thrown === undefined ? 'ok' : isCallersFault(thrown) ? 'refused' : 'error';
    seenOf(entry).figures.note(arm, { rows, milliseconds, outcome });
    for (const listener of listeners)
      listener({ endpoint: entry.name, arm, rows, seconds: milliseconds / 1000, outcome });
  };

  /** Asks one version, and counts it. */
  const ask = async (
    entry: Entry,
    arm: RouteArm,
    request: EndpointPredictRequest,
    signal: AbortSignal | undefined,
  ): Promise<PredictResponse> => {
    const startedAt = performance.now();
    try {
      const answer = await serving.predict({ ...request, model: arm.ref }, signal);
      observe(entry, arm.name, performance.now() - startedAt, answer.rows);
      return answer;
    } catch (thrown) {
      observe(entry, arm.name, performance.now() - startedAt, 0, thrown);
      throw thrown;
    }
  };
  /** The canary's answer, or that of the stable version when the canary has none. */
  const askCanary = async (
    entry: Entry,
    arm: RouteArm,
    route: Extract<EndpointRoute, { kind: 'canary' }>,
    request: EndpointPredictRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ arm: string; answer: PredictResponse }> => {
    const startedAt = performance.now();
    try {
      const answer = await ask(entry, arm, request, signal);
      canaries.note(entry, performance.now() - startedAt, true);
      return { arm: arm.name, answer };
    } catch (thrown) {
      if (signal?.aborted) {
        // It was too slow for its caller: that long it took at least.
        canaries.note(entry, performance.now() - startedAt, true);
        throw thrown;
      }
      if (codeOf(thrown) === 'predictions/busy') throw thrown;
      const stable = { name: 'stable', ref: route.stable };
      const answer = await ask(entry, stable, request, signal);
      canaries.note(entry, 0, false);
      logger.warn({ endpoint: entry.name, error: messageOf(thrown) }, 'a canary did not answer');
      return { arm: stable.name, answer };
    }
  };
  const check = async (): Promise<void> => {
    await canaries.check();
    await canaries.idle();
  };

  return {
    list: async () => (await book.all()).map(toServingEndpoint),
    get: async (name) => toServingEndpoint(await book.find(name)),

    async create({ name, actor, reason, description, route, log: logged }) {
      const after = { description, route: await readyRoute(serving, route), isPaused: false, log: logged };
      return toServingEndpoint(
        await book.create(name, { kind: 'create', after, actor: actor ?? localActor(), reason }),
      );
    },

    async update(name, request) {
      await book.find(name);
      const route = request.route === undefined ? undefined : await readyRoute(serving, request.route);
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
      seen.delete(id);
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
      const { route, isPaused } = entry.settings;
      if (isPaused) throw new AssayError('endpoints/paused', `The endpoint "${name}" is paused.`);
      const arm = chooseArm(name, route, entry.canary, stickyKey(route, request, call));
      const { signal, within } = deadlineOf(call);
      const asked =
        route.kind === 'canary' && arm.name === 'canary'
          ? askCanary(entry, arm, route, request, signal)
          : ask(entry, arm, request, signal).then((answer) => ({ arm: arm.name, answer }));
      const { answer, arm: answeredBy } = await within(asked);
      const answered = { ...answer, endpoint: name, arm: answeredBy, requestId: call.requestId };
      log.add({ id: entry.id, name, log: entry.settings.log }, request, answered);
      if (route.kind === 'shadow') seenOf(entry).shadows.compare(route.shadows, request, answer);
      return answered;
    },

    async stats(name, windowSeconds) {
      const entry = await book.find(name);
      const { figures, shadows } = seenOf(entry);
      const { route } = entry.settings;
      const quality = await truth.quality(entry.id);
      const shown = new Set(armsOf(route).map((arm) => arm.name));
      return {
        windowSeconds,
        ...figures.read(windowSeconds),
        quality: shownQuality(quality),
        tests: testsOf(route, quality),
        shadows: route.kind === 'shadow' ? shadows.figures().filter(({ arm }) => shown.has(arm)) : [],
      };
    },

    async groundTruth(name, request) {
      const entry = await book.find(name);
      await log.flush();
      return truth.join(entry.id, request);
    },

    requests: async (name, query) => log.list((await book.find(name)).id, query),

    onPrediction(listener) {
      listeners.push(listener);
    },

    check,

    start() {
      timer = setInterval(() => {
        checking = checking.then(check).catch((thrown: unknown) => {
          logger.error({ error: messageOf(thrown) }, 'canaries could not be looked at');
        });
      }, checkMs);
      timer.unref();
    },

    async close() {
      if (timer !== null) clearInterval(timer);
      await checking;
      await canaries.idle();
      await Promise.all([...seen.values()].map(({ shadows }) => shadows.idle()));
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
  };
}

function kindOf({ isPaused, route, description, log }: UpdateEndpoint): 'pause' | 'resume' | 'update' {
  if (isPaused === undefined || route !== undefined || description !== undefined || log !== undefined)
    return 'update';
  return isPaused ? 'pause' : 'resume';
}

function stickyKey(
  route: EndpointRoute,
  { rows, columns }: EndpointPredictRequest,
  { header, requestId }: PredictionCall,
): string {
  const by = route.kind === 'ab' || route.kind === 'canary' ? route.stickyBy : null;
  if (by === null) return requestId;
  if (by.from === 'header') return header(by.name.toLowerCase()) ?? requestId;
  const row = rows?.[0];
  const cell = row !== undefined && Object.hasOwn(row, by.name) ? row[by.name] : undefined;
  const column = columns !== undefined && Object.hasOwn(columns, by.name) ? columns[by.name]?.[0] : undefined;
  const key = cell ?? column ?? null;
  return key === null ? requestId : String(key);
}

/**
 * The caller's signal and deadline as one. `within` waits no longer than the deadline, whatever the work waits for: a batch
 * that runs, a model that is being loaded.
 */
function deadlineOf({ signal, timeoutMs }: PredictionCall): {
  signal: AbortSignal | undefined;
  within: <T>(work: Promise<T>) => Promise<T>;
} {
  if (timeoutMs === undefined) return { signal, within: (work) => work };
  const deadline = AbortSignal.timeout(timeoutMs);
  const over = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () =>
      reject(new AssayError('predictions/deadline', `There was no answer within ${timeoutMs} ms.`)),
    );
  });
  return {
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    within: (work) => Promise.race([over, work]),
  };
}

function codeOf(thrown: unknown): string {
  return thrown instanceof AssayError ? thrown.code : '';
}

function isCallersFault(thrown: unknown): boolean {
  return (
    codeOf(thrown) === 'predictions/bad-rows' || (thrown instanceof Error && thrown.name === 'AbortError')
  );
}
