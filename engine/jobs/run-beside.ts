import { isErrorCode } from '../../local-api/contract/errors.ts';
import { AssayError } from '../errors.ts';
import { jobEnvironment } from './job-environment.ts';
import { startJobProcess } from './job-process.ts';

export type BesideOptions = {
  /** Its own folder, made and removed by the caller. */
  folder: string;
  memoryMb: number;
  seconds: number;
  signal?: AbortSignal | undefined;
};

/** Runs the module of a kind of job in a process of its own, at once and beside the queue: for short answers to people. */
export type RunBeside = (kind: string, input: unknown, options: BesideOptions) => Promise<unknown>;

/** `script` is what the queue forks, too. Errors: those of the module, jobs/out-of-memory, jobs/timed-out. */
export function createRunBeside(script: URL): RunBeside {
  return async (kind, input, { folder, memoryMb, seconds, signal }) => {
    signal?.throwIfAborted();
    const running = startJobProcess({
      script,
      execPath: process.execPath,
      env: jobEnvironment(process.env, folder, {}),
      kind,
      input,
      tmpDir: folder,
      memoryMb,
      seconds,
      onItem: async () => {},
      onProgress: () => {},
      onOutput: () => {},
    });
    const stop = () => running.cancel();
    signal?.addEventListener('abort', stop);
    try {
      const outcome = await running.outcome;
      signal?.throwIfAborted();
      if ('output' in outcome) return outcome.output;
      const { code, message, hint, problems } = outcome.error;
      throw new AssayError(isErrorCode(code) ? code : 'internal', message, {
        hint,
        ...(problems === undefined ? {} : { problems }),
      });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  };
}
