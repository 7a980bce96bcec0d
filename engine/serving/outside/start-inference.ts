import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AssayError } from '../../errors.ts';
import { type Feed, type RunOutputs, runOutputs } from '../../onnx/index.ts';
import type { FromInference, ToInference } from './inference-messages.ts';

/** A process with one model. Ask one thing at a time. */
export type Inference = {
  inputNames: readonly string[];
  outputNames: readonly string[];
  /** Errors: `models/invalid-onnx`; `predictions/crashed` when the process ends before it answers. */
  run(feeds: Readonly<Record<string, Feed>>): Promise<RunOutputs>;
  isGone(): boolean;
  kill(): void;
};

const partBytes = 4 << 20;

/**
 * Starts a process and opens a model in it. `onStart` is given the way to end it before it has opened the model.
 * Errors: those of `Inference.run`.
 */
export async function startInference(
  environment: Record<string, string>,
  file: Uint8Array,
  onStart: (kill: () => void) => void,
): Promise<Inference> {
  const child = fork(fileURLToPath(inferenceScript()), [String(process.pid)], {
    // The flags of the engine's own process are not for it.
    execArgv: [],
    env: environment,
    // Typed arrays cross as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // A group of its own: Ctrl-C in the terminal is for the engine.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const kill = (): void => void child.kill('SIGKILL');
  onStart(kill);
  const { tell, ask, isGone } = conversation(child);
  try {
    for (let start = 0; start < file.byteLength; start += partBytes)
      await tell({ type: 'part', bytes: file.subarray(start, start + partBytes) });
    const opened = await ask({ type: 'open' });
    if (opened.type !== 'opened') throw unexpected(opened);
    const { inputNames, outputNames } = opened;
    return {
      inputNames,
      outputNames,
      async run(feeds) {
        const answer = await ask({ type: 'run', feeds });
        if (answer.type !== 'outputs') throw unexpected(answer);
        return runOutputs(answer.tensors, answer.milliseconds);
      },
      isGone,
      kill,
    };
  } catch (thrown) {
    kill();
    throw thrown;
  }
}

/** Questions and answers; whoever waits when the process ends hears `predictions/crashed`. */
function conversation(child: ChildProcess) {
  let why: AssayError | null = null;
  let waiting: PromiseWithResolvers<FromInference> | null = null;
  const end = (reason: string): void => {
    why ??= new AssayError('predictions/crashed', `The process of the model has ended: ${reason}`);
    waiting?.reject(why);
    waiting = null;
  };
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : signal));
  child.on('message', (message: FromInference) => {
    waiting?.resolve(message);
    waiting = null;
  });

  const tell = (message: ToInference): Promise<void> =>
    new Promise((resolve, reject) => {
      if (why !== null) return reject(why);
      child.send(message, (error) => {
        if (error === null) return resolve();
        end(error.message);
        reject(why);
      });
    });
  return {
    tell,
    async ask(message: ToInference): Promise<FromInference> {
      const asked = Promise.withResolvers<FromInference>();
      waiting = asked;
      // Told by `tell` when it is told at all.
      asked.promise.catch(() => {});
      await tell(message);
      return asked.promise;
    },
    isGone: () => why !== null,
  };
}

function unexpected(answer: FromInference): AssayError {
  return answer.type === 'failed'
    ? new AssayError('models/invalid-onnx', answer.message)
    : new AssayError('internal', `The process of a model answered "${answer.type}"`);
}

/** From the sources it stands beside this file; in a bundle beside it, or one folder up from that of the desktop shell. */
function inferenceScript(): URL {
  const names = import.meta.url.endsWith('.ts')
    ? ['./inference-process.ts']
    : ['./inference-process.js', '../inference-process.js'];
  const found = names.map((name) => new URL(name, import.meta.url)).find((url) => existsSync(url));
  if (!found) throw new AssayError('internal', 'The script of the processes of models is missing');
  return found;
}
