import { z } from 'zod';
import { regressionLossSettings } from './regression-loss.ts';

const share = z.number().min(0.05).max(1);

export const GbdtTrainer = z.object({
  kind: z.literal('gbdt'),
  trees: z.int().min(1).max(10_000).default(200),
  learningRate: z.number().positive().max(1).default(0.1),
  leaves: z.int().min(2).max(4096).default(31).describe('Most leaves of a tree'),
  minLeafRows: z.int().min(1).default(20),
  minLeafHessian: z
    .number()
    .min(0)
    .default(1e-3)
    .describe('Least sum of second derivatives in a leaf, which XGBoost calls min_child_weight'),
  bins: z.int().min(2).max(255).default(255).describe('Values that a column of numbers is told apart by'),
  l2: z.number().min(0).default(0),
  rowSample: share.default(1).describe('Share of the rows that a round is grown on'),
  columnSample: share.default(1).describe('Share of the columns that a tree may split on'),
  earlyStoppingRounds: z
    .int()
    .min(0)
    .default(20)
    .describe('Stops after this many trees without gain on the validation part; 0: never'),
  growth: z
    .enum(['leaf', 'depth'])
    .default('leaf')
    .describe('leaf: splits the leaf that gains most; depth: level by level, up to the most leaves'),
  maxDepth: z
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe('Splits from the root to a leaf at most; 0: any number'),
  l1: z.number().min(0).default(0),
  minSplitGain: z.number().min(0).default(0).describe('Splits that gain less are not made'),
  maxDeltaStep: z
    .number()
    .min(0)
    .default(0)
    .describe('Largest change that one tree makes, before the learning rate; 0: any'),
  columnSampleByNode: share.default(1).describe("Share of the tree's columns that a node may split on"),
  sampling: z
    .enum(['uniform', 'goss'])
    .default('uniform')
    .describe('How rows are drawn: any alike by rowSample, or those of large gradients first (GOSS)'),
  topRows: z.number().positive().max(0.9).default(0.2).describe('Share of rows that GOSS keeps'),
  otherRows: z
    .number()
    .positive()
    .max(0.9)
    .default(0.1)
    .describe('Share of rows that GOSS draws of the rest'),
  boosting: z
    .enum(['plain', 'dart'])
    .default('plain')
    .describe('dart: each round is grown without some of the earlier ones'),
  dropRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Share of the earlier rounds that DART leaves out'),
  skipDrop: z.number().min(0).max(1).default(0.5).describe('Share of rounds in which DART leaves out none'),
  maxDrop: z.int().min(1).default(50).describe('Most rounds that DART leaves out at a time'),
  ...regressionLossSettings,
  categories: z
    .enum(['encoded', 'native'])
    .default('encoded')
    .describe('native: splits send lists of categories to one side; encoded: as preprocessing makes numbers'),
  categorySmoothing: z
    .number()
    .min(0)
    .default(10)
    .describe('Steadies the order of native categories; those with fewer rows in a node are on no list'),
  categoryL2: z.number().min(0).default(10).describe('Added to l2 for splits by a list of categories'),
  maxListedCategories: z.int().min(1).max(254).default(32).describe('Most categories on a list'),
  minCategoryRows: z
    .int()
    .min(1)
    .default(100)
    .describe('Rows of categories to put on a list before the next split is tried'),
  rankingDepth: z
    .int()
    .min(1)
    .max(10_000)
    .default(30)
    .describe('With the task ranking: pairs of rows are looked at of which one stands within so many places'),
  monotone: z
    .record(z.string(), z.enum(['increasing', 'decreasing']))
    .default({})
    .describe(
      'Number features with which the answer, or the probability of the positive class, may only rise or fall',
    ),
});
export type GbdtTrainer = z.infer<typeof GbdtTrainer>;
