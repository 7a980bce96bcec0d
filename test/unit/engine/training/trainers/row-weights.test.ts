import { describe, expect, test } from 'vitest';
import { trainers } from '../../../../../engine/training/trainers/registry.ts';
import { fitTrainer, type Sample, sampleOf } from '../../../../kit/training.ts';

/** Few and small: what counts here is the direction. */
const settings: Record<string, Record<string, unknown>> = {
  gbdt: { trees: 20, minLeafRows: 10, earlyStoppingRounds: 0 },
  mlp: { epochs: 8, hidden: [8] },
  // Leaves of a few rows each: one that holds a single row answers as that row does, whatever it weighs.
  forest: { method: 'extra', trees: 20, minLeafRows: 20 },
};

const some = sampleOf(400, 3, 5, (row, u) => ((u[0] ?? 0) < 0.15 + 0.3 * (row[0] ?? 0) ? 1 : 0));
const numbers = sampleOf(400, 3, 7, (row, u) => 2 * (row[0] ?? 0) + (u[0] ?? 0));

function weighted(sample: Sample, factor: (y: number) => number): Sample {
  const raw = sample.y.map(factor);
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / sample.n;
  return { ...sample, weights: raw.map((weight) => weight / mean) };
}

async function meanAnswer(kind: string, sample: Sample, classes?: number): Promise<number> {
  const trainer = trainers.find((one) => one.kind === kind);
  if (trainer === undefined) throw new Error(`no trainer ${kind}`);
  const model = await fitTrainer(trainer, sample, {
    ...(classes === undefined ? {} : { classes }),
    settings: settings[kind] ?? {},
  });
  const answers = model.predict(sample.x, sample.n);
  const width = answers.length / sample.n;
  let sum = 0;
  for (let i = width - 1; i < answers.length; i += width) sum += answers[i] ?? 0;
  return sum / sample.n;
}

describe.each(trainers.map(({ kind, tasks }) => ({ kind, tasks })))('$kind', ({ kind, tasks }) => {
  test.runIf(tasks.includes('classification'))(
    'rows of weight answer for more: the heavier class is likelier',
    async () => {
      const plain = await meanAnswer(kind, some, 2);
      const heavy = await meanAnswer(
        kind,
        weighted(some, (y) => (y === 1 ? 3 : 1)),
        2,
      );
      expect(heavy).toBeGreaterThan(plain + 0.1);
    },
  );

  test.runIf(tasks.includes('regression'))('heavier high numbers pull the answers up', async () => {
    const plain = await meanAnswer(kind, numbers);
    const heavy = await meanAnswer(
      kind,
      weighted(numbers, (y) => (y > 1.5 ? 5 : 1)),
    );
    expect(heavy).toBeGreaterThan(plain + 0.05);
  });

  test('weights that are all the same change nothing', async () => {
    const sample = tasks.includes('classification') ? some : numbers;
    const classes = tasks.includes('classification') ? 2 : undefined;
    const same = await meanAnswer(
      kind,
      weighted(sample, () => 1),
      classes,
    );
    expect(same).toBeCloseTo(await meanAnswer(kind, sample, classes), 4);
  });
});
