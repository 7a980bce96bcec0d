import { z } from 'zod';

/** Methods that compare embeddings: columns whose every value is a list of so many numbers, or columns numbered one after the other. */
export const EmbeddingMethod = z.enum([
  'embedding-distance',
  'embedding-cosine',
  'embedding-cityblock',
  'embedding-chebyshev',
  'embedding-classifier',
  'embedding-share',
  'embedding-mmd',
]);
export type EmbeddingMethod = z.infer<typeof EmbeddingMethod>;

export type EmbeddingMethodFacts = {
  title: string;
  meaning: string;
  source: string;
  /** A score above it alarms where the method alone decides. */
  defaultThreshold: number;
};

const ofMeans = 'Evidently distance. Its size depends on the scale of the numbers.';

export const embeddingMethods: Readonly<Record<EmbeddingMethod, EmbeddingMethodFacts>> = {
  'embedding-distance': {
    title: 'Distance of the means',
    meaning: 'How far the mean vectors of both sides are apart (Euclidean).',
    source: ofMeans,
    defaultThreshold: 0.2,
  },
  'embedding-cosine': {
    title: 'Cosine distance of the means',
    meaning: 'One less the cosine of the angle between the mean vectors of both sides.',
    source: 'Evidently distance, dist = cosine. Blind where all vectors lie around zero.',
    defaultThreshold: 0.2,
  },
  'embedding-cityblock': {
    title: 'City-block distance of the means',
    meaning: 'The differences of the mean vectors, summed over the components.',
    source: `${ofMeans} It grows with the number of components.`,
    defaultThreshold: 0.2,
  },
  'embedding-chebyshev': {
    title: 'Largest difference of the means',
    meaning: 'The largest difference of a component of the mean vectors.',
    source: ofMeans,
    defaultThreshold: 0.2,
  },
  'embedding-classifier': {
    title: 'Classifier',
    meaning:
      'How well a linear model tells vectors of the two sides apart that it did not learn from: area under the ROC curve, 0.5 is guessing.',
    source: 'As Evidently model (logistic regression), with cross-fitting in place of one split.',
    defaultThreshold: 0.55,
  },
  'embedding-share': {
    title: 'Share of drifted components',
    meaning: 'Components whose Wasserstein distance is 0.1 standard deviations of the reference or more.',
    source: 'Evidently ratio.',
    defaultThreshold: 0.2,
  },
  'embedding-mmd': {
    title: 'Maximum mean discrepancy',
    meaning:
      'How much more alike vectors of one side are than vectors of both, by a Gaussian kernel; its p-value by permutations.',
    source: 'Evidently mmd (score). Gretton et al. 2012.',
    defaultThreshold: 0.015,
  },
};

export const EmbeddingResult = z.object({
  method: EmbeddingMethod,
  score: z.number(),
  pValue: z.number().nullable().describe('null where the method has none'),
  threshold: z.number().describe('Of the score'),
  drifted: z.boolean().describe('What the method alone would say'),
});
export type EmbeddingResult = z.infer<typeof EmbeddingResult>;

export const EmbeddingColumn = z.object({
  name: z.string().describe('The column, or what the names of its columns begin with'),
  source: z.enum(['list', 'columns']).describe('A column of lists, or columns numbered one after the other'),
  dimensions: z.int(),
  rows: z.object({ reference: z.int(), current: z.int() }).describe('Vectors that were looked at'),
  missing: z
    .object({ reference: z.number(), current: z.number() })
    .describe('Share of the rows without a vector of this length, 0 to 1'),
  method: EmbeddingMethod.nullable().describe(
    'The method that decides; null: size and significance together',
  ),
  drifted: z.boolean(),
  auc: z
    .number()
    .describe('Size of the change: the larger area under the ROC curve of the classifier and of the kernel'),
  low: z.number().describe('Of the classifier, 95 %'),
  high: z.number(),
  pValue: z
    .number()
    .describe(
      'That both sides are of one law: the smaller of the classifier and of the permutations, doubled, corrected for the number of columns',
    ),
  reason: z.string().describe('The verdict in a sentence'),
  results: z.array(EmbeddingResult),
  scores: z
    .object({ edges: z.array(z.number()), reference: z.array(z.number()), current: z.array(z.number()) })
    .describe('Along the direction in which both sides differ most: shares of each side, 0 to 1'),
});
export type EmbeddingColumn = z.infer<typeof EmbeddingColumn>;
