import { z } from 'zod';
import { ModelRef } from './models.ts';

export const EndpointName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, '1 to 63 lower-case letters, digits and dashes')
  .describe('The stable name that callers use');

/** Short, because it is a label of metrics and of every answer. */
export const ArmName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, '1 to 32 lower-case letters, digits and dashes')
  .describe('Name of a version within the route, as in answers and metrics');

const StickyBy = z
  .discriminatedUnion('from', [
    z.object({
      from: z.literal('header'),
      name: z
        .string()
        .max(100)
        .regex(/^[A-Za-z0-9-]+$/, 'a header such as x-customer'),
    }),
    z.object({ from: z.literal('column'), name: z.string().min(1).max(250) }),
  ])
  .describe(
    'What decides which arm answers: the same key always meets the same arm. A column is read from the first row. By the request id when null or when the key is absent.',
  );
const stickyBy = StickyBy.nullable().default(null);

const Arm = z.object({ name: ArmName, ref: ModelRef });

/** How long a step of a canary lasts: until everything that is given holds. */
export const CanaryStep = z.object({
  percent: z.number().min(0).max(100).describe('Share of the requests that the canary answers'),
  minRequests: z.int().min(1).max(1_000_000_000).optional().describe('Answers of the canary in this step'),
  minMinutes: z.number().min(0).max(525_600).optional(),
});
export type CanaryStep = z.infer<typeof CanaryStep>;

/** What the canary may not exceed. One limit broken rolls it back. */
export const CanaryLimits = z.object({
  errorRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe('Share of the answers of the canary that failed while the stable version could answer'),
  p95Ms: z
    .number()
    .positive()
    .optional()
    .describe('95 % of its answers must come within so many milliseconds'),
  minRequests: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(20)
    .describe('Answers before rates are judged; more errors than these would allow end it at once'),
  quality: z
    .object({
      maxLossIncrease: z
        .number()
        .min(0)
        .describe('Loss is the share of wrong labels, or the mean absolute error'),
      minTruths: z.int().min(1).max(1_000_000).default(50).describe('Joined true values of each of the two'),
    })
    .optional(),
});
export type CanaryLimits = z.infer<typeof CanaryLimits>;

/** How an A/B test is judged. */
export const AbTest = z.object({
  measure: z
    .enum(['loss', 'outcome'])
    .default('loss')
    .describe('loss: how far answers are from true values; outcome: what came of a request, as told'),
  goal: z.enum(['higher', 'lower']).default('higher').describe('Of outcomes; of losses the lower is better'),
  minEffect: z
    .number()
    .positive()
    .default(0.02)
    .describe('The smallest difference that matters; fixed before the test, it tunes its power'),
  alpha: z
    .number()
    .min(0.0001)
    .max(0.5)
    .default(0.05)
    .describe('Chance of a false alarm, over the whole test'),
});
export type AbTest = z.infer<typeof AbTest>;

/** Which versions answer at an endpoint, and how requests are shared between them. */
export const EndpointRoute = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('single'), ref: ModelRef }),
    z.object({
      kind: z.literal('ab'),
      arms: z
        .array(Arm.extend({ weight: z.number().min(0).max(1_000_000) }))
        .min(2)
        .max(10)
        .describe('The first is what the others are compared with'),
      stickyBy,
      test: AbTest.prefault({}),
    }),
    z.object({
      kind: z.literal('canary'),
      stable: ModelRef,
      canary: ModelRef,
      steps: z.array(CanaryStep).min(1).max(50),
      limits: CanaryLimits.prefault({}),
      stickyBy,
    }),
    z.object({
      kind: z.literal('shadow'),
      live: ModelRef,
      shadows: z.array(Arm).min(1).max(5).describe('Asked too and compared; their answers reach nobody'),
    }),
    z.object({
      kind: z.literal('blueGreen'),
      blue: ModelRef,
      green: ModelRef,
      active: z.enum(['blue', 'green']),
    }),
    z.object({
      kind: z.literal('ensemble'),
      members: z
        .array(Arm.extend({ weight: z.number().min(0).max(1_000_000).default(1) }))
        .min(2)
        .max(10)
        .describe('All are asked; the classes of the answer are in the order of the first'),
      combine: z
        .enum(['mean', 'weighted', 'vote'])
        .describe(
          'mean, weighted: of probabilities or values. vote: the label that most members give, a tie goes to the larger mean probability; for classes only',
        ),
    }),
  ])
  .superRefine((route, context) => {
    const fault = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (route.kind === 'ab') {
      if (route.arms.every(({ weight }) => weight === 0)) fault(['arms'], 'one arm needs a weight above 0');
      for (const index of repeated(route.arms.map(({ name }) => name)))
        fault(['arms', index, 'name'], 'another arm has this name');
    }
    if (route.kind === 'shadow') {
      for (const index of repeated(['live', ...route.shadows.map(({ name }) => name)]))
        fault(['shadows', index - 1, 'name'], 'another arm has this name');
    }
    if (route.kind === 'ensemble') {
      if (route.combine === 'weighted' && route.members.every(({ weight }) => weight === 0))
        fault(['members'], 'one member needs a weight above 0');
      for (const index of repeated(['ensemble', ...route.members.map(({ name }) => name)]))
        fault(['members', index - 1, 'name'], 'another arm has this name');
    }
    if (route.kind === 'canary') {
      for (const [index, step] of route.steps.entries()) {
        const before = route.steps[index - 1];
        if (before !== undefined && step.percent <= before.percent)
          fault(['steps', index, 'percent'], 'must be more than in the step before');
        if (step.minRequests === undefined && step.minMinutes === undefined)
          fault(['steps', index], 'needs minRequests, minMinutes or both');
        if (step.percent === 0 && step.minRequests !== undefined)
          fault(['steps', index, 'minRequests'], 'cannot be reached: at 0 % the canary answers nothing');
      }
    }
  })
  .meta({ id: 'EndpointRoute' });
export type EndpointRoute = z.infer<typeof EndpointRoute>;

function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}

const combinedAs = { mean: 'mean', weighted: 'weighted mean', vote: 'majority' };

/** A route in a few words, for people. */
export function describeRoute(route: EndpointRoute): string {
  switch (route.kind) {
    case 'single':
      return route.ref;
    case 'ab':
      return `A/B ${route.arms.map(({ name, ref, weight }) => `${name} ${ref} (${weight})`).join(', ')}`;
    case 'canary':
      return `canary ${route.canary}, stable ${route.stable}`;
    case 'shadow':
      return `${route.live}, shadowed by ${route.shadows.map(({ ref }) => ref).join(', ')}`;
    case 'blueGreen':
      return `${route.active} of blue ${route.blue}, green ${route.green}`;
    case 'ensemble':
      return `${combinedAs[route.combine]} of ${route.members
        .map(({ ref, weight }) => (route.combine === 'weighted' ? `${ref} (${weight})` : ref))
        .join(', ')}`;
  }
}

/** The version that answers now, and that a canary or shadow is held against; null where there is not one. */
export function stableRefOf(route: EndpointRoute): string | null {
  switch (route.kind) {
    case 'single':
      return route.ref;
    case 'ab':
    case 'ensemble':
      return null;
    case 'canary':
      return route.stable;
    case 'shadow':
      return route.live;
    case 'blueGreen':
      return route[route.active];
  }
}
