import type { JobHandler } from '../../engine/jobs/index.ts';
import type { QuickstartResult } from '../contract/index.ts';
import type { QuickstartInput } from './quickstart-job.ts';

/**
 * The quickstart waits for the jobs it starts, so it takes no place in the pool. It goes through the API: `address`
 * gives where that is as soon as it is up.
 */
export function quickstartHandler(
  address: () => Promise<{ url: string; token: string }>,
): JobHandler<{ rows: number; seed: number }, QuickstartResult> {
  return {
    kind: 'quickstart',
    maxAttempts: 1,
    resumable: false,
    takesSlot: false,
    async prepare(input, job): Promise<QuickstartInput> {
      return { ...(await address()), jobId: job.id, rows: input.rows, seed: input.seed };
    },
    onSuccess: async (result) => result,
  };
}
