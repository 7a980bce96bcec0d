import type { JobContext } from '../jobs/index.ts';
import { type InspectedDvc, inspectDvc } from './inspect-dvc.ts';

/** Looks at files of DVC beside the queue: a large `dvc.lock` keeps a thread busy. */
export async function run({ input }: JobContext<{ path: string }>): Promise<InspectedDvc> {
  return inspectDvc(input.path);
}
