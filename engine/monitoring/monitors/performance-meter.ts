import { z } from 'zod';
import type { LoggedFigures } from '../../serving/index.ts';
import type { Meter } from './meters.ts';

const Input = z.object({ truths: z.number(), loss: z.number() });

/** The answers of an endpoint against the true values that were told later. */
export function createPerformanceMeter({ logged }: { logged: LoggedFigures }): Meter<'performance'> {
  return {
    async accept({ endpoint }) {
      await logged.newestId(endpoint);
    },

    async plan({ endpoint, last }) {
      const found = await logged.loss(endpoint, last);
      if (found === null) return { nothing: `No true value of an answer of ${endpoint} is known yet` };
      const { truths, loss } = found;
      return {
        key: JSON.stringify([endpoint, last, found]),
        subject: `the last ${truths.toLocaleString('en')} answers of ${endpoint} with a true value`,
        input: { truths, loss },
      };
    },

    begin: async () => null,

    async finish({ endpoint }, plan) {
      const { truths, loss } = Input.parse(plan.input);
      return {
        values: { loss, truths },
        isBad: null,
        message: `Loss ${Number(loss.toPrecision(3))} over ${truths.toLocaleString('en')} answers`,
        link: `/endpoints/${encodeURIComponent(endpoint)}`,
      };
    },
  };
}
