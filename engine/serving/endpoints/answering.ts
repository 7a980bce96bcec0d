import type {
  EndpointPredictRequest,
  EndpointPredictResponse,
  EndpointRoute,
  PredictResponse,
} from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { Clock, Logger } from '../../system/index.ts';
import type { ServingService } from '../serving-service.ts';
import { type AnswerCache, createAnswerCache } from './answer-cache.ts';
import type { CanaryController } from './canary-controller.ts';
import { chooseArm, type RouteArm } from './choose-arm.ts';
import type { Entry } from './endpoint-book.ts';
import type { EndpointObservation, PredictionCall } from './endpoint-service.ts';
import { combineAnswers, ensembleArm } from './ensemble.ts';
import { createGate, type Gate } from './gate.ts';
import { createLiveFigures, type LiveFigures } from './live-figures.ts';
import { deadlineOf, stickyKey } from './prediction-call.ts';
import { createShadows, type Shadows } from './shadows.ts';

/** What an endpoint has seen since the engine started. */
type Seen = { figures: LiveFigures; shadows: Shadows; gate: Gate; cache: AnswerCache };

/** An answer with the arm that gave it. */
type Given = Pick<EndpointPredictResponse, 'arm' | 'isCached' | 'members'> & { answer: PredictResponse };

export type Answering = {
  /** See `EndpointService.predict`. */
  answer(
    entry: Entry,
    request: EndpointPredictRequest,
    call: PredictionCall,
  ): Promise<EndpointPredictResponse>;
  onPrediction(listener: (observation: EndpointObservation) => void): void;
  seen(entry: Entry): Pick<Seen, 'figures' | 'shadows'>;
  forget(entryId: number): void;
  /** Waits until the shadows have been asked what they were to be asked. */
  idle(): Promise<void>;
};

/** Chooses who answers a request, asks, and counts. */
export function createAnswering(options: {
  serving: Pick<ServingService, 'predict' | 'describe'>;
  canaries: Pick<CanaryController, 'note'>;
  clock: Clock;
  logger: Logger;
}): Answering {
  const { serving, canaries, clock, logger } = options;
  const listeners: ((observation: EndpointObservation) => void)[] = [];
  const seen = new Map<number, Seen>();

  const seenOf = (entry: Entry): Seen => {
    const known = seen.get(entry.id);
    if (known !== undefined) return known;
    const nowMs = () => clock.nowMs();
    const fresh = {
      figures: createLiveFigures(nowMs),
      shadows: createShadows((request) => serving.predict(request)),
      gate: createGate(() => entry.settings.limits),
      cache: createAnswerCache(nowMs),
    };
    seen.set(entry.id, fresh);
    return fresh;
  };

  /** Does `work` and counts it under an arm. */
  const counted = async (entry: Entry, arm: string, work: () => Promise<Given>): Promise<Given> => {
    const startedAt = performance.now();
    const observe = (rows: number, outcome: EndpointObservation['outcome']): void => {
      const milliseconds = performance.now() - startedAt;
      seenOf(entry).figures.note(arm, { rows, milliseconds, outcome });
      for (const listener of listeners)
        listener({ endpoint: entry.name, arm, rows, seconds: milliseconds / 1000, outcome });
    };
    try {
      const given = await work();
      observe(given.answer.rows, 'ok');
      return given;
    } catch (thrown) {
      observe(0, isCallersFault(thrown) ? 'refused' : 'error');
      throw thrown;
    }
  };

  const ask = (
    entry: Entry,
    arm: RouteArm,
    request: EndpointPredictRequest,
    signal: AbortSignal | undefined,
  ): Promise<Given> =>
    counted(entry, arm.name, async () => {
      const predict = () => serving.predict({ ...request, model: arm.ref }, signal);
      const settings = entry.settings.limits.cache;
      if (settings === null) return { arm: arm.name, answer: await predict(), isCached: false };
      const { cache } = seenOf(entry);
      const { model, version } = await serving.describe(arm.ref);
      const key = cache.keyOf(`${model}/${version}`, request);
      const known = key === null ? null : cache.get(key, settings);
      if (known !== null) return { arm: arm.name, answer: { ...known, milliseconds: 0 }, isCached: true };
      const answer = await predict();
      // An alias may have moved since it was looked up.
      if (key !== null && answer.version === version) cache.set(key, answer, settings);
      return { arm: arm.name, answer, isCached: false };
    });

  /** The canary's answer, or that of the stable version when the canary has none. */
  const askCanary = async (
    entry: Entry,
    arm: RouteArm,
    route: Extract<EndpointRoute, { kind: 'canary' }>,
    request: EndpointPredictRequest,
    signal: AbortSignal | undefined,
  ): Promise<Given> => {
    const startedAt = performance.now();
    try {
      const given = await ask(entry, arm, request, signal);
      canaries.note(entry, performance.now() - startedAt, true);
      return given;
    } catch (thrown) {
      if (signal?.aborted) {
        // It was too slow for its caller: that long it took at least.
        canaries.note(entry, performance.now() - startedAt, true);
        throw thrown;
      }
      if (codeOf(thrown) === 'predictions/busy') throw thrown;
      const given = await ask(entry, { name: 'stable', ref: route.stable }, request, signal);
      canaries.note(entry, 0, false);
      logger.warn({ endpoint: entry.name, error: messageOf(thrown) }, 'a canary did not answer');
      return given;
    }
  };

  /** All members side by side; without the answer of one there is none. */
  const askEnsemble = (
    entry: Entry,
    route: Extract<EndpointRoute, { kind: 'ensemble' }>,
    request: EndpointPredictRequest,
    signal: AbortSignal | undefined,
  ): Promise<Given> =>
    counted(entry, ensembleArm, async () => {
      const given = await Promise.all(route.members.map((member) => ask(entry, member, request, signal)));
      return {
        arm: ensembleArm,
        answer: combineAnswers(
          route,
          given.map(({ answer }) => answer),
        ),
        isCached: given.every(({ isCached }) => isCached),
        members: given.map(({ arm, answer: { model, version } }) => ({ arm, model, version })),
      };
    });

  const give = (
    entry: Entry,
    request: EndpointPredictRequest,
    call: PredictionCall,
    signal: AbortSignal | undefined,
  ): Promise<Given> => {
    const { route } = entry.settings;
    if (route.kind === 'ensemble') return askEnsemble(entry, route, request, signal);
    const arm = chooseArm(entry.name, route, entry.canary, stickyKey(route, request, call));
    return route.kind === 'canary' && arm.name === 'canary'
      ? askCanary(entry, arm, route, request, signal)
      : ask(entry, arm, request, signal);
  };

  return {
    async answer(entry, request, call) {
      const { route, limits } = entry.settings;
      const { gate, shadows } = seenOf(entry);
      const timeoutMs = call.timeoutMs ?? limits.timeoutMs ?? undefined;
      const { signal, within } = deadlineOf({ signal: call.signal, timeoutMs });
      const { answer, ...given } = await within(gate.pass(() => give(entry, request, call, signal), signal));
      if (route.kind === 'shadow') shadows.compare(route.shadows, request, answer);
      return { ...answer, endpoint: entry.name, ...given, requestId: call.requestId };
    },
    onPrediction(listener) {
      listeners.push(listener);
    },
    seen: seenOf,
    forget(entryId) {
      seen.delete(entryId);
    },
    async idle() {
      await Promise.all([...seen.values()].map(({ shadows }) => shadows.idle()));
    },
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
