import { z } from 'zod';

/**
 * The recipe: the one document that says how a model is made. A run stores it, the UI edits it, the CLI takes it,
 * and the same recipe on the same data gives the same bytes. Fields only ever get added; `version` rises when one changes meaning.
 */

/** What is predicted: a column, or a SQL expression over the columns under a name of its own (`delay > 15` as `late`). */
export const Target = z.union([
  z.object({ column: z.string().min(1) }),
  z.object({ name: z.string().min(1).max(128), expression: z.string().min(1).max(4000) }),
]);
export type Target = z.infer<typeof Target>;

export const FeatureRole = z.enum(['number', 'category', 'datetime', 'boolean']);
export type FeatureRole = z.infer<typeof FeatureRole>;

export const Features = z.object({
  include: z.array(z.string()).optional().describe('Only these columns; all but the target when left out'),
  exclude: z.array(z.string()).default([]),
  roles: z
    .record(z.string(), FeatureRole)
    .default({})
    .describe('How to treat a column, where the type alone would guess wrong'),
});

/** How rows are shared out. `time` puts the newest rows in the test part, the ones before in validation. */
export const Split = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('random'),
    stratify: z.boolean().default(true),
    test: z.number().min(0.01).max(0.9).default(0.2),
    validation: z.number().min(0.01).max(0.9).default(0.1),
  }),
  z.object({
    kind: z.literal('time'),
    column: z.string().min(1),
    test: z.number().min(0.01).max(0.9).default(0.2),
    validation: z.number().min(0.01).max(0.9).default(0.1),
  }),
]);
export type Split = z.infer<typeof Split>;

export const DatetimePart = z.enum([
  'year',
  'month',
  'day',
  'weekday',
  'hour',
  'minute',
  'minuteOfDay',
  'dayOfYear',
]);
export type DatetimePart = z.infer<typeof DatetimePart>;

export const Preprocessing = z.object({
  numeric: z
    .object({
      impute: z.enum(['mean', 'median', 'zero']).default('median'),
      missingIndicator: z
        .boolean()
        .default(true)
        .describe('Adds a 0/1 column where the training data has missing values'),
      scale: z.enum(['standard', 'none']).default('standard').describe('Trees ignore it'),
    })
    .prefault({}),
  categorical: z
    .object({
      encoding: z
        .enum(['auto', 'onehot', 'ordinal', 'frequency'])
        .default('auto')
        .describe(
          'auto: one-hot up to maxOneHot categories, beyond it one-hot of the most frequent plus frequency; for trees one-hot up to 10, beyond it one column in the order of the mean target',
        ),
      maxOneHot: z.int().min(2).max(10_000).default(40),
      minCount: z
        .int()
        .min(1)
        .default(10)
        .describe('Categories seen less often share the bucket "rare"; unseen ones go there too'),
    })
    .prefault({}),
  datetime: z
    .object({
      parts: z
        .array(DatetimePart)
        .min(1)
        .default(['month', 'day', 'weekday', 'hour', 'minuteOfDay'])
        .describe(
          'With a time split, parts of its column are left out when the training rows do not cover their cycle twice',
        ),
    })
    .prefault({}),
});
export type Preprocessing = z.infer<typeof Preprocessing>;

export const PriorTrainer = z.object({ kind: z.literal('prior') });
export type PriorTrainer = z.infer<typeof PriorTrainer>;

export const LinearTrainer = z.object({
  kind: z.literal('linear'),
  l2: z
    .number()
    .min(0)
    .default(1)
    .describe('Penalty ½·l2·|w|², summed over rows as in scikit-learn (C = 1/l2)'),
  maxIterations: z.int().min(1).max(10_000).default(200),
  tolerance: z
    .number()
    .positive()
    .default(1e-4)
    .describe('Stops when the largest gradient entry, averaged over rows, is below this'),
});
export type LinearTrainer = z.infer<typeof LinearTrainer>;

export const GbdtTrainer = z.object({
  kind: z.literal('gbdt'),
  trees: z.int().min(1).max(10_000).default(200),
  learningRate: z.number().positive().max(1).default(0.1),
  leaves: z.int().min(2).max(4096).default(31),
  minLeafRows: z.int().min(1).default(20),
  minLeafHessian: z.number().min(0).default(1e-3),
  bins: z.int().min(2).max(255).default(255),
  l2: z.number().min(0).default(0),
  rowSample: z.number().min(0.05).max(1).default(1),
  columnSample: z.number().min(0.05).max(1).default(1),
  earlyStoppingRounds: z
    .int()
    .min(0)
    .default(20)
    .describe('Stops after this many trees without gain on the validation part; 0: never'),
});
export type GbdtTrainer = z.infer<typeof GbdtTrainer>;

export const MlpTrainer = z.object({
  kind: z.literal('mlp'),
  hidden: z.array(z.int().min(1).max(4096)).min(1).max(8).default([64, 32]),
  epochs: z.int().min(1).max(1000).default(20),
  batchSize: z.int().min(8).max(65_536).default(512),
  learningRate: z.number().positive().max(1).default(1e-3),
  weightDecay: z.number().min(0).default(1e-5),
  patience: z
    .int()
    .min(1)
    .default(3)
    .describe('Stops after this many epochs without gain on the validation part'),
});
export type MlpTrainer = z.infer<typeof MlpTrainer>;

export const Trainer = z.discriminatedUnion('kind', [PriorTrainer, LinearTrainer, GbdtTrainer, MlpTrainer]);
export type Trainer = z.infer<typeof Trainer>;

export const Recipe = z
  .object({
    version: z.literal(1).default(1),
    task: z.enum(['classification', 'regression']),
    dataset: z.string().min(1).describe('Id of a dataset version'),
    rows: z
      .object({
        limit: z.int().min(20).optional().describe('Train and test on at most this many rows'),
        sample: z
          .enum(['even', 'newest', 'first'])
          .default('even')
          .describe('even: every n-th row, so that all of the time range is covered'),
        where: z.string().max(4000).optional(),
      })
      .prefault({}),
    target: Target,
    positive: z
      .string()
      .optional()
      .describe('The class that counts as positive; the rarer one when left out'),
    features: Features.prefault({}),
    split: Split.prefault({ kind: 'random' }),
    preprocessing: Preprocessing.prefault({}),
    trainer: Trainer,
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0),
    limits: z
      .object({ memoryMb: z.int().min(256).default(4096), seconds: z.int().min(1).default(3600) })
      .prefault({}),
  })
  .meta({ id: 'Recipe' });
export type Recipe = z.infer<typeof Recipe>;
export type RecipeInput = z.input<typeof Recipe>;
