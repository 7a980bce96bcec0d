import { z } from 'zod';

export const MlpTrainer = z.object({
  kind: z.literal('mlp'),
  hidden: z
    .array(z.int().min(1).max(4096))
    .min(1)
    .max(8)
    .default([256])
    .describe('Units of each hidden layer; one wide layer serves most tables'),
  activation: z.enum(['relu', 'gelu', 'silu', 'tanh']).default('relu'),
  batchNorm: z
    .boolean()
    .default(false)
    .describe('Normalises what enters each activation over the rows of a batch'),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('Share of the hidden units that each training step leaves out'),
  residual: z
    .boolean()
    .default(false)
    .describe('Adds the input of a hidden layer to its output where both have the same width'),
  categories: z
    .enum(['onehot', 'embedding'])
    .default('onehot')
    .describe('embedding: learns a few numbers a category, which serves columns of many categories'),
  embeddingSize: z
    .int()
    .min(0)
    .max(256)
    .default(0)
    .describe('Numbers a category; 0: the fourth root of the number of categories'),
  loss: z
    .enum(['squared', 'absolute', 'huber', 'poisson'])
    .default('squared')
    .describe(
      'What a regression is fitted to; poisson: counts, predicted through their logarithm. Classification always has log loss',
    ),
  huberDelta: z
    .number()
    .positive()
    .default(1)
    .describe('Where the loss huber turns from squared to straight, in standard deviations of the target'),
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('Share of each class label that is spread over all classes in training'),
  epochs: z.int().min(1).max(1000).default(200),
  batchSize: z.int().min(8).max(65_536).default(512),
  optimizer: z
    .enum(['adamw', 'adam'])
    .default('adamw')
    .describe('adamw: weight decay apart from the gradient; adam: as a penalty in it'),
  learningRate: z.number().positive().max(1).default(1e-3),
  schedule: z
    .enum(['constant', 'cosine', 'oneCycle'])
    .default('constant')
    .describe(
      'cosine: rises over the first 5 % of all steps, then falls to 0; oneCycle: rises over the first 30 %, then falls',
    ),
  weightDecay: z
    .number()
    .min(0)
    .default(0.1)
    .describe('Each step takes learning rate × this share off every weight; with adam a penalty: try 1e-4'),
  clipNorm: z.number().min(0).default(0).describe('A gradient longer than this is shortened to it; 0: never'),
  patience: z
    .int()
    .min(0)
    .default(10)
    .describe(
      'Stops after this many epochs without gain on the validation part and keeps the best; 0: never, and keeps the last',
    ),
  device: z
    .enum(['cpu', 'gpu'])
    .default('cpu')
    .describe(
      'gpu: CUDA, DirectML, CoreML or WebGPU where ONNX Runtime finds one, else the CPU; there a second fit need not give the same bytes',
    ),
});
export type MlpTrainer = z.infer<typeof MlpTrainer>;
