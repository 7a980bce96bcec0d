import { afterEach, describe, expect, it } from 'vitest';
import {
  type Contributions,
  type Explainer,
  type ExplainOptions,
  openExplainer,
} from '../../../../../engine/explain/model/explainer.ts';
import { linearModel, type SmallModel, smallRows, treeModel } from '../../../../kit/explain/models.ts';

const reference = smallRows(40, 1);
const rows = smallRows(12, 2);
const opened: Explainer[] = [];

afterEach(async () => {
  for (const explainer of opened.splice(0)) await explainer.release();
});

async function open({ file, signature }: SmallModel): Promise<Explainer> {
  const turn = { ms: 1000, signal: new AbortController().signal };
  const explainer = await openExplainer({
    file,
    signature,
    reference,
    turn,
    keep: true,
    callsPerRow: 60_000,
  });
  opened.push(explainer);
  return explainer;
}

const asked = (given: Partial<ExplainOptions> = {}): ExplainOptions => ({
  method: 'auto',
  scale: 'auto',
  sampling: { tolerance: 0.02, seed: 0 },
  ...given,
});

/** Largest distance of base and contributions together from the row's own figure. */
function gap({ values, base, predictions, outputs }: Contributions): number {
  const inputs = values.length / predictions.length;
  return Math.max(
    ...Array.from(predictions, (prediction, i) => {
      const [row, output] = [Math.floor(i / outputs), i % outputs];
      let sum = base[output] as number;
      for (let p = 0; p < inputs; p++) sum += values[(row * inputs + p) * outputs + output] as number;
      return Math.abs(sum - prediction);
    }),
  );
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}

describe('exact contributions of an ONNX file', () => {
  it('of trees equal those of all mixtures of rows that the file is asked about', async () => {
    const explainer = await open(treeModel(null));
    const exact = await explainer.explain(rows, asked());
    expect([exact.method, exact.scale]).toEqual(['tree-interventional', 'value']);
    expect(gap(exact)).toBeLessThan(1e-6);
    const mixtures = await (await open(treeModel(null, { hide: true }))).explain(rows, asked());
    expect(mixtures.method).toBe('all-coalitions');
    expect(largest(exact.values, mixtures.values)).toBeLessThan(1e-6);
  });

  it('are not claimed where a column inside the model is made of two inputs', async () => {
    const mixed = await open(treeModel(null, { mix: true }));
    expect((await mixed.explain(rows, asked())).method).toBe('all-coalitions');
  });

  it('of two classes are log-odds of either class, with opposite signs', async () => {
    const explainer = await open(treeModel(['no', 'yes']));
    const made = await explainer.explain(rows, asked());
    expect([made.method, made.scale]).toEqual(['tree-interventional', 'log-odds']);
    expect(gap(made)).toBeLessThan(1e-6);
    expect(made.values[0]).toBe(-(made.values[1] as number));
    const answers = await explainer.scorer.answers(rows);
    for (let row = 0; row < rows.n; row++)
      expect(1 / (1 + Math.exp(-(made.predictions[2 * row + 1] as number)))).toBeCloseTo(
        answers[2 * row + 1] as number,
        5,
      );
  });

  it('of three classes are raw scores of each class', async () => {
    const made = await (await open(treeModel(['x', 'y', 'z']))).explain(rows, asked());
    expect([made.method, made.scale, made.outputs]).toEqual(['tree-interventional', 'score', 3]);
    expect(gap(made)).toBeLessThan(1e-6);
  });

  it('of a linear model are weight times distance from the mean, as all coalitions have it', async () => {
    const explainer = await open(linearModel(null));
    const exact = await explainer.explain(rows, asked());
    expect([exact.method, exact.scale]).toEqual(['linear', 'value']);
    const sampled = await explainer.explain(rows, asked({ method: 'kernel' }));
    expect(largest(exact.values, sampled.values)).toBeLessThan(1e-5);
  });

  it('give a category that no reference row has to its input', async () => {
    const blue = smallRows(5, 4, ['blue']);
    const exact = await (await open(treeModel(null, { seed: 3 }))).explain(blue, asked());
    expect(exact.method).toBe('tree-interventional');
    expect(gap(exact)).toBeLessThan(1e-6);
    const mixtures = await (await open(treeModel(null, { seed: 3, hide: true }))).explain(blue, asked());
    expect(largest(exact.values, mixtures.values)).toBeLessThan(1e-6);
  });

  it('can follow the shares of the reference rows down the trees, and add up too', async () => {
    const made = await (await open(treeModel(null))).explain(rows, asked({ method: 'tree-path-dependent' }));
    expect(made.method).toBe('tree-path-dependent');
    expect(gap(made)).toBeLessThan(1e-6);
  });
});

describe('sampled contributions', () => {
  it.each(['kernel', 'permutation'] as const)(
    'of %s lie within five standard errors of the exact ones, and as near as was asked for',
    async (method) => {
      const explainer = await open(treeModel(null));
      const exact = await explainer.explain(rows, asked());
      const sampling = { tolerance: 0.05, seed: 0 };
      const sampled = await explainer.explain(rows, asked({ method, sampling }));
      expect(sampled.method).toBe(method);
      expect(sampled.isConverged).not.toContain(false);
      const errors = sampled.standardErrors ?? new Float64Array(0);
      expect(errors.length).toBe(exact.values.length);
      for (const [i, value] of exact.values.entries())
        expect(Math.abs(value - (sampled.values[i] as number))).toBeLessThan(
          5 * (errors[i] as number) + 1e-5,
        );
    },
  );

  it('are the same for the same seed', async () => {
    const explainer = await open(treeModel(null));
    const [one, two] = [
      await explainer.explain(rows, asked({ method: 'kernel' })),
      await explainer.explain(rows, asked({ method: 'kernel' })),
    ];
    expect(two.values).toEqual(one.values);
  });
});

describe('contributions of any other ONNX file', () => {
  it('are those of all coalitions for a network with few inputs, and add up to the answer', async () => {
    const made = await (await open(linearModel(['no', 'yes'], { hidden: 4 }))).explain(rows, asked());
    expect([made.method, made.scale]).toEqual(['all-coalitions', 'probability']);
    expect(made.standardErrors).toBeNull();
    expect(gap(made)).toBeLessThan(1e-6);
    expect(made.notes.join()).toMatch(/neither trees nor linear/);
  });

  it('are of the probability where that is asked for', async () => {
    const made = await (await open(treeModel(['no', 'yes']))).explain(rows, asked({ scale: 'probability' }));
    expect([made.method, made.scale]).toEqual(['all-coalitions', 'probability']);
    expect(gap(made)).toBeLessThan(1e-6);
  });
});

it('stops when who asked has gone, and answers the next one', async () => {
  const explainer = await open(linearModel(['no', 'yes'], { hidden: 4 }));
  const signal = AbortSignal.abort(new Error('gone'));
  await expect(explainer.explain(rows, asked({ signal }))).rejects.toThrow('gone');
  expect(gap(await explainer.explain(rows, asked()))).toBeLessThan(1e-6);
});
