import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linearTrainer } from '../../../../../../engine/training/trainers/linear/linear.ts';
import { fitTrainer, type Sample } from '../../../../../kit/training.ts';

// Golden values: scikit-learn and statsmodels, by test/fixtures/linear/make.py, which says how each was made.
type Case = {
  name: string;
  set: string;
  settings: Record<string, unknown>;
  weighted: boolean;
  classes: number;
  values: number[];
  errors?: number[];
  robust?: number[];
};
const golden = JSON.parse(
  readFileSync(new URL('../../../../../fixtures/linear/golden.json', import.meta.url), 'utf8'),
) as { sets: Record<string, { width: number; x: string; y: string }>; cases: Case[] };

const unpacked = (text: string) => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

function sampleOf({ set, weighted }: Case): Sample {
  const { width, x, y } = golden.sets[set] ?? { width: 0, x: '', y: '' };
  const targets = Float64Array.from(unpacked(y));
  const raw = targets.map((_, i) => 1 + (i % 5));
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
  const weights = weighted ? raw.map((weight) => weight / mean) : null;
  return { x: unpacked(x), y: targets, n: targets.length, width, weights };
}

const fitted = (of: Case) =>
  fitTrainer(linearTrainer, sampleOf(of), {
    settings: { tolerance: 1e-9, maxIterations: 10_000, ...of.settings },
    ...(of.classes > 0 ? { classes: of.classes } : {}),
  });

/** The largest difference, relative to the largest of the values. */
function off(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs((found[i] ?? Number.NaN) - value))) / size;
}

const isLoose = ({ name }: Case) => /l1|lasso|elastic|quantile|huber/.test(name);

test.each(golden.cases)('finds the coefficients of the references: $name', async (of) => {
  const model = await fitted(of);
  expect(model.info.converged).toBe(true);
  expect(off(model.coefficients?.values ?? [], of.values)).toBeLessThan(isLoose(of) ? 1e-4 : 1e-6);
});

test.each(golden.cases.filter(({ errors }) => errors !== undefined))(
  'finds the standard errors of the references: $name',
  async (of) => {
    const { coefficients } = await fitted(of);
    expect(off(coefficients?.errors?.model ?? [], of.errors ?? [])).toBeLessThan(1e-6);
    if (of.robust) expect(off(coefficients?.errors?.robust ?? [], of.robust)).toBeLessThan(1e-6);
  },
);
