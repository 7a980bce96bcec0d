import type { Signature } from '../../local-api/contract/index.ts';
import { createSession } from '../onnx/index.ts';
import { createJoinedRuns, type JoinedRuns } from './join-runs.ts';
import { createOutsideModel, type OutsideModel } from './outside/outside-model.ts';
import { mayHoldThread } from './prove-model.ts';
import { newPace, runBatches } from './run-batches.ts';
import { measureRow } from './warm-up.ts';

export type LoadedModel = { run: JoinedRuns; release(): Promise<void> };

export type ModelOpener = {
  open(digest: string, signature: Signature, file: Uint8Array): Promise<LoadedModel>;
  /** Ends the processes of models at once, whatever they are doing. */
  end(): void;
};

/** How models get processes of their own. */
export type OutsideOptions = {
  environment(): Record<string, string>;
  /** Models that take longer than this for one row answer in a process of their own. */
  inlineMs(): number;
};

/** A process of a model ends when nobody asked it for this long. */
const idleMs = 5 * 60_000;
/** Only requests for the same model wait for a batch there, and a batch that is aborted is waited for. */
const outsideTurnMs = 50;

/**
 * Opens and warms up models: light ones in this process, heavy ones in one of their own when there is `outside`, so that no run
 * holds the event loop. A model is measured the first time it is opened.
 */
export function createModelOpener(options: {
  read(digest: string): Promise<Uint8Array>;
  outside: OutsideOptions | undefined;
}): ModelOpener {
  const { read, outside } = options;
  const heavy = new Set<string>();
  const running = new Set<OutsideModel>();
  let hasEnded = false;

  const openInside = async (signature: Signature, file: Uint8Array) => {
    const session = await createSession(file);
    const ms = await measureRow(session, signature);
    const run = createJoinedRuns(session, signature, newPace({ rowMs: ms }));
    const model: LoadedModel = { run, release: () => session.release() };
    return { model, ms };
  };
  const openOutside = async (
    digest: string,
    signature: Signature,
    file: Uint8Array,
    environment: OutsideOptions['environment'],
  ): Promise<LoadedModel> => {
    let first: Uint8Array | null = file;
    const model = createOutsideModel({
      async read() {
        const known = first;
        first = null;
        return known ?? read(digest);
      },
      environment,
      idleMs,
    });
    running.add(model);
    if (hasEnded) model.end();
    const release = async (): Promise<void> => {
      running.delete(model);
      model.end();
    };
    try {
      const ms = await measureRow(model, signature);
      const pace = newPace({ rowMs: ms, turnMs: outsideTurnMs });
      const run: JoinedRuns = (encoded, signal) =>
        runBatches({ run: (feeds) => model.run(feeds, signal) }, signature, encoded, pace, signal);
      return { run, release };
    } catch (thrown) {
      await release();
      throw thrown;
    }
  };

  return {
    async open(digest, signature, file) {
      if (outside === undefined) return (await openInside(signature, file)).model;
      if (!heavy.has(digest) && !mayHoldThread(file)) {
        const { model, ms } = await openInside(signature, file);
        if (ms <= outside.inlineMs()) return model;
        heavy.add(digest);
        await model.release();
      }
      return openOutside(digest, signature, file, outside.environment);
    },
    end() {
      hasEnded = true;
      for (const model of running) model.end();
    },
  };
}
