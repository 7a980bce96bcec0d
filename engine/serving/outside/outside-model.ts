import { AssayError } from '../../errors.ts';
import type { Feed, RunOutputs } from '../../onnx/index.ts';
import { type Inference, startInference } from './start-inference.ts';

export type OutsideModelOptions = {
  /** The file of the model, read at each start. */
  read(): Promise<Uint8Array>;
  environment(): Record<string, string>;
  /** The process ends after this long without a run. */
  idleMs: number;
};

/** A model that answers in a process of its own, which is started when it is needed. */
export type OutsideModel = {
  /**
   * Runs wait for each other. An aborted one gives its place up; when it is the one that runs, the process may finish it for a few
   * seconds before it is ended. A run whose process ends is tried once more in a new one.
   * Errors: `models/invalid-onnx`, `predictions/crashed`, the reason of `signal`.
   */
  run(feeds: Readonly<Record<string, Feed>>, signal?: AbortSignal): Promise<RunOutputs>;
  /** Ends the process at once, and every run with `predictions/crashed`. */
  end(): void;
};

/** A run that nobody waits for any more gets this long to end by itself. */
const abandonedMs = 5000;

export function createOutsideModel(options: OutsideModelOptions): OutsideModel {
  let inference: Inference | null = null;
  let kill = (): void => {};
  let hasEnded = false;
  let lastRun: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  const ended = () => new AssayError('predictions/crashed', 'The model is unloaded while it answers');
  const started = async (): Promise<Inference> => {
    if (inference !== null && !inference.isGone()) return inference;
    const file = await options.read();
    if (hasEnded) throw ended();
    inference = await startInference(options.environment(), file, (killIt) => {
      kill = killIt;
    });
    return inference;
  };
  const once = async (feeds: Readonly<Record<string, Feed>>, signal?: AbortSignal): Promise<RunOutputs> => {
    let abandoned: NodeJS.Timeout | undefined;
    const abandon = (): void => {
      abandoned = setTimeout(() => kill(), abandonedMs);
    };
    signal?.addEventListener('abort', abandon, { once: true });
    try {
      return await (await started()).run(feeds);
    } finally {
      signal?.removeEventListener('abort', abandon);
      clearTimeout(abandoned);
    }
  };
  const turn = async (feeds: Readonly<Record<string, Feed>>, signal?: AbortSignal): Promise<RunOutputs> => {
    clearTimeout(idle);
    try {
      for (let isRetry = false; ; isRetry = true) {
        if (hasEnded) throw ended();
        signal?.throwIfAborted();
        try {
          return await once(feeds, signal);
        } catch (thrown) {
          if (isRetry || !(thrown instanceof AssayError) || thrown.code !== 'predictions/crashed')
            throw thrown;
        }
      }
    } finally {
      idle = setTimeout(() => kill(), options.idleMs).unref();
    }
  };

  return {
    run(feeds, signal) {
      const run = lastRun.then(() => turn(feeds, signal));
      lastRun = run.catch(() => {});
      return signal === undefined ? run : untilAborted(run, signal);
    },
    end() {
      hasEnded = true;
      clearTimeout(idle);
      kill();
    },
  };
}

/** The same promise, rejected with the reason of `signal` as soon as there is one. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
