import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError } from '../errors.ts';
import { createRemoteHttp } from '../http/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import { type TrainJobInput, type TrainJobOutput, trainingOrder, unpackRunFiles } from '../training/index.ts';
import { targetKind } from './kinds.ts';
import { createPatience, follow } from './training/follow.ts';

/** What the engine hands to the process of a training on a target. */
export type RemoteTrainJobInput = {
  kind: string;
  target: string;
  config: Record<string, unknown>;
  hidden: string[];
  /** Of the work there: the same after a restart of the engine, so that it is followed and not begun anew. */
  workId: string;
  training: TrainJobInput;
  program: Uint8Array;
};

/**
 * Trains on a target: sends the order unless the work is there already, follows it, and leaves the files that a training here
 * leaves in `tmpDir`. Ends with the engine; the work goes on. Who cancels stops it there, see remote-train-handler.ts.
 */
export async function run(context: JobContext<RemoteTrainJobInput>): Promise<TrainJobOutput> {
  const { input, signal, progress, tmpDir } = context;
  const { workId: id, target } = input;
  const hide = (text: string) => withoutSecrets(text, input.hidden);
  const log: typeof context.log = (text, level) => context.log(hide(text), level);
  const http = createRemoteHttp({ signal, onRetry: (message) => log(message, 'warn') });
  const remote = { http, signal, nowMs: () => Date.now() };
  try {
    const { openTrainer, title } = targetKind(input.kind);
    if (openTrainer === null)
      throw new AssayError('targets/cannot-train', `Nothing can be trained on a ${title}.`);
    const trainer = await openTrainer(input.config);
    const patiently = createPatience({ log, signal, target });
    if ((await patiently(() => trainer.look(id, remote))) === null) {
      progress(null, `Sending data and program to ${target}`);
      const order = await trainingOrder(input.training, input.program);
      const { memoryMb } = input.training.recipe.limits;
      await patiently(() => trainer.start(id, order, { memoryMb }, remote));
      log(`Sent to ${target} as ${id}.`);
    } else log(`Follows ${id}, which is on ${target} already.`);
    const { send } = context;
    const done = await follow({
      id,
      target,
      trainer,
      remote,
      signal,
      progress,
      log,
      send,
    });
    for (const [path, bytes] of unpackRunFiles(done.parts, done.report.digest)) {
      const file = join(tmpDir, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    return done.report.output;
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    const { code, message, hint, problems = [] } = thrown;
    throw new AssayError(code, hide(message), {
      hint: hide(hint),
      ...(problems.length === 0
        ? {}
        : { problems: problems.map((problem) => ({ ...problem, message: hide(problem.message) })) }),
    });
  } finally {
    http.close();
  }
}
