import { z } from 'zod';
import type { DataService } from '../../data/index.ts';
import { AssayError } from '../../errors.ts';
import type { ValidationService } from '../../validation/index.ts';
import type { Meter } from './meters.ts';

const Input = z.object({ versionId: z.string() });
const JobResult = z.object({ validationId: z.string() });

const mostNamed = 3;

/** The newest version of a dataset by its active schema. The work is a check; its result stays. */
export function createValidationMeter({
  data,
  validation,
}: {
  data: Pick<DataService, 'get'>;
  validation: Pick<ValidationService, 'findActive' | 'start' | 'get'>;
}): Meter<'validation'> {
  return {
    async accept({ dataset }) {
      await data.get(dataset);
      if ((await validation.findActive(dataset)) === null)
        throw new AssayError(
          'data-schemas/not-found',
          `Nothing is asked of ${dataset}: it has no active schema.`,
        );
    },

    async plan({ dataset }) {
      const { latest } = await data.get(dataset);
      if (latest === null) return { nothing: `${dataset} has no versions` };
      const schema = await validation.findActive(dataset);
      if (schema === null) return { nothing: `${dataset} has no active schema` };
      return {
        key: `${latest.id} ${schema.version}`,
        subject: `${dataset} v${latest.version} by schema ${schema.version}`,
        input: { versionId: latest.id },
      };
    },

    begin: async (_watch, plan) => (await validation.start(Input.parse(plan.input))).id,

    async finish({ dataset }, _plan, job) {
      const { validationId } = JobResult.parse(job?.result);
      const { failed, warned, unknown, rules, verdict, results } = await validation.get(validationId);
      const broken = results.filter(({ status }) => status === 'failed');
      const named = broken
        .slice(0, mostNamed)
        .map(
          ({ column, expected, found }) => `${column === null ? '' : `${column}: `}${expected} (${found})`,
        );
      const more = broken.length - named.length;
      return {
        values: { failed, warned, unknown },
        isBad: verdict === 'failed',
        message:
          broken.length === 0
            ? `None of ${rules} rules is broken`
            : `${broken.length} of ${rules} rules are broken: ${named.join('; ')}${more > 0 ? ` and ${more} more` : ''}`,
        link: `/datasets/${encodeURIComponent(dataset)}?tab=validation`,
      };
    },
  };
}
