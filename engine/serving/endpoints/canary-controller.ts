import type { CanaryCommand, EndpointRoute } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { Clock, Logger } from '../../system/index.ts';
import { type CanaryVerdict, judgeCanary, type Loss, nextStep, noteAnswer } from './canary.ts';
import type { EndpointBook, Entry } from './endpoint-book.ts';
import { type GroundTruth, lossOfArm } from './ground-truth.ts';

type CanaryRoute = Extract<EndpointRoute, { kind: 'canary' }>;
type Quality = { stable: Loss; canary: Loss };

/** Who acts when the controller decides by itself. */
const controller = 'assay';

export type CanaryController = {
  /** Counts an answer of the canary of an endpoint, and acts at once when it was one too many. */
  note(entry: Entry, milliseconds: number, ok: boolean): void;
  command(entry: Entry, command: CanaryCommand & { actor: string }): Promise<void>;
  check(): Promise<void>;
  /** Waits for what was decided to be done. */
  idle(): Promise<void>;
};

/**
 * Moves canaries on and back. It decides by what is in the database or counted since, so it goes on after a restart where it
 * was: steps are durable when they are taken, counts within a second.
 */
export function createCanaryController(options: {
  book: EndpointBook;
  truth: GroundTruth;
  clock: Clock;
  logger: Logger;
}): CanaryController {
  const { book, truth, clock, logger } = options;
  const acting = new Map<number, Promise<void>>();

  const verdictOf = (entry: Entry, quality: Quality | null): CanaryVerdict => {
    const { route } = entry.settings;
    if (route.kind !== 'canary' || entry.canary === null) return { what: 'stay' };
    return judgeCanary(route, entry.canary, quality, clock.nowMs());
  };
  const end = (name: string, what: 'promote' | 'rollback', actor: string, reason: string) =>
    book.change(name, ({ settings }) => {
      if (settings.route.kind !== 'canary') return null;
      const ref = what === 'promote' ? settings.route.canary : settings.route.stable;
      return { kind: what, after: { ...settings, route: { kind: 'single', ref } }, actor, reason };
    });
  const advance = (name: string) =>
    book.setCanary(name, (entry) => (entry.canary === null ? null : nextStep(entry.canary, clock.nowMs())));

  const act = async (entry: Entry, verdict: CanaryVerdict): Promise<void> => {
    if (verdict.what === 'stay') return;
    logger.info({ endpoint: entry.name, reason: verdict.reason }, `canary: ${verdict.what}`);
    if (verdict.what === 'advance') await advance(entry.name);
    else await end(entry.name, verdict.what, controller, verdict.reason);
  };
  /** One action at a time for an endpoint: answers that come meanwhile do not decide the same again. */
  const actOnce = (entry: Entry, verdict: CanaryVerdict): Promise<void> => {
    const under = acting.get(entry.id);
    if (under !== undefined || verdict.what === 'stay') return under ?? Promise.resolve();
    const done = act(entry, verdict)
      .catch((thrown: unknown) =>
        logger.error({ endpoint: entry.name, error: messageOf(thrown) }, 'a canary could not be moved'),
      )
      .finally(() => acting.delete(entry.id));
    acting.set(entry.id, done);
    return done;
  };
  const qualityOf = async (entry: Entry, route: CanaryRoute, sinceMs: number): Promise<Quality | null> => {
    if (route.limits.quality === undefined) return null;
    const rows = await truth.quality(entry.id, sinceMs);
    return { stable: lossOfArm(rows, 'stable'), canary: lossOfArm(rows, 'canary') };
  };

  return {
    note(entry, milliseconds, ok) {
      if (entry.canary === null) return;
      noteAnswer(entry.canary, milliseconds, ok);
      entry.isCounting = true;
      // Quality needs a query: it is judged by `check`.
      void actOnce(entry, verdictOf(entry, null));
    },

    async command(entry, { action, actor, reason }) {
      const { route } = entry.settings;
      const { canary } = entry;
      if (route.kind !== 'canary' || canary === null)
        throw new AssayError('endpoints/no-canary', `The endpoint "${entry.name}" runs no canary.`);
      const isLast = canary.step >= route.steps.length - 1;
      if (action === 'promote' || action === 'rollback') await end(entry.name, action, actor, reason);
      else if (action === 'advance' && isLast) await end(entry.name, 'promote', actor, reason);
      else if (action === 'advance') await advance(entry.name);
      else {
        const phase = action === 'hold' ? 'held' : 'running';
        await book.setCanary(entry.name, (now) => (now.canary === null ? null : { ...now.canary, phase }));
      }
    },

    async check() {
      for (const entry of await book.all()) {
        const { route } = entry.settings;
        if (route.kind !== 'canary' || entry.canary === null || entry.settings.isPaused) continue;
        const quality = await qualityOf(entry, route, entry.canary.startedAtMs);
        await actOnce(entry, verdictOf(entry, quality));
      }
      await book.saveCounts();
    },

    async idle() {
      await Promise.all(acting.values());
    },
  };
}
