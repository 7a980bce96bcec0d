import { AssayError } from '../../engine/errors.ts';
import type { JobHandler } from '../../engine/jobs/index.ts';
import type { QuickstartResult } from '../contract/index.ts';
import type { QuickstartInput } from './quickstart-job.ts';

/** The quickstart waits for the jobs it starts, so it takes no place in the pool. It goes through the API: `address` gives where that is. */
export function quickstartHandler(
  address: () => { url: string; token: string } | null,
): JobHandler<{ rows: number; seed: number }, QuickstartResult> {
  return {
    kind: 'quickstart',
    maxAttempts: 1,
    resumable: false,
    takesSlot: false,
    async prepare(input, job): Promise<QuickstartInput> {
      const api = address();
      if (!api) throw new AssayError('internal', 'The API is not up yet.');
      return { ...api, jobId: job.id, rows: input.rows, seed: input.seed };
    },
    onSuccess: async (result) => result,
  };
}
