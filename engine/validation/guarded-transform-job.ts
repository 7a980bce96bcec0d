import type { JobContext } from '../jobs/index.ts';
import {
  run as computeRows,
  type TransformJobInput,
  type TransformJobOutput,
} from '../transforms/transform-job.ts';
import { judgeSnapshot } from './judge-snapshot.ts';

/** Computing takes about this part of a transform whose outputs are checked. */
const COMPUTE_SHARE = 0.8;

/** Computes rows as a transform does and, where a dataset asks for it, judges them before they become a version. */
export async function run(context: JobContext<TransformJobInput>): Promise<TransformJobOutput> {
  const { input, progress } = context;
  const { checks } = input;
  if (Object.keys(checks).length === 0) return computeRows(context);
  const { outputs } = await computeRows({
    ...context,
    progress: (fraction, message) => progress(fraction === null ? null : fraction * COMPUTE_SHARE, message),
  });
  const judged: TransformJobOutput['outputs'] = [];
  for (const output of outputs) {
    const check = checks[output.dataset];
    if (check === undefined) {
      judged.push(output);
      continue;
    }
    const onRule = (done: number, all: number, ruleId: string) =>
      progress(COMPUTE_SHARE + ((1 - COMPUTE_SHARE) * done) / all, `${output.dataset}: judging ${ruleId}`);
    judged.push({
      ...output,
      made: await judgeSnapshot(output.made, check, { ...context, memoryMb: input.memoryMb }, onRule),
    });
  }
  return { outputs: judged };
}
