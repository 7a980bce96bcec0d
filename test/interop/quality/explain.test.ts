/** Shapley values of our own trees, read back from their ONNX file, beside those of the package shap for the same trees. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrees } from '../../../engine/explain/trees/read-trees.ts';
import { scoresOf, type Tree, type TreeEnsemble } from '../../../engine/explain/trees/tree-ensemble.ts';
import { createTreeShap } from '../../../engine/explain/trees/tree-shap.ts';
import { decodeGraph } from '../../../engine/onnx/index.ts';
import { gbdtTrainer } from '../../../engine/training/trainers/gbdt/gbdt.ts';
import { fitTrainer, modelFile, sampleOf } from '../../kit/training.ts';
import { pythonWith, runProgram } from './python.ts';

const width = 8;
const methods = ['path-dependent', 'interventional'] as const;
type Answer = Record<(typeof methods)[number], { base: number; values: number[] }>;

const found = await pythonWith(['shap']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('trees explained beside the package shap', () => {
  let dir = '';
  let ensemble: TreeEnsemble;
  let theirs: Answer;
  const rows = withGaps(200, 5);
  const reference = withGaps(60, 6);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-shap-'));
    ensemble = await trainedTrees();
    const request = {
      trees: ensemble.trees.map(plainTree),
      base: ensemble.base[0],
      rows: cells(rows),
      reference: cells(reference),
      width,
    };
    const [asked, answered] = [join(dir, 'asked.json'), join(dir, 'answered.json')];
    await writeFile(asked, JSON.stringify(request));
    await runProgram(found, 'explain.py', asked, answered);
    theirs = JSON.parse(await readFile(answered, 'utf8')) as Answer;
  }, 600_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(methods)(
    '%s values equal theirs to 1e-6, and add up to the raw score to 1e-6',
    async (method) => {
      const shap = createTreeShap({
        ensemble,
        playerOf: Int32Array.from({ length: width }, (_, i) => i),
        players: width,
        method,
        reference: { x: reference, n: reference.length / width },
        keep: false,
      });
      if (shap === null) throw new Error('the paths are too long');
      const pause = async () => {};
      const [base] = await shap.base(pause);
      const values = await shap.explain(rows, rows.length / width, pause);
      expect(base).toBeCloseTo(theirs[method].base, 6);
      let distance = 0;
      values.forEach((value, i) => {
        distance = Math.max(distance, Math.abs(value - (theirs[method].values[i] ?? Number.NaN)));
      });
      console.error(`${method}: largest difference ${distance.toExponential(1)}`);
      expect(distance).toBeLessThan(1e-6);
      scoresOf(ensemble, rows, rows.length / width, width).forEach((score, row) => {
        const own = values.subarray(row * width, (row + 1) * width);
        expect(Math.abs(own.reduce((sum, value) => sum + value, base ?? 0) - score)).toBeLessThan(1e-6);
      });
    },
  );
});

async function trainedTrees(): Promise<TreeEnsemble> {
  const sample = sampleOf(3000, width, 11, (x, u) => {
    const [a = 0, b = 0, c = 0, d = 0] = x;
    return Math.sin(6 * a * b) + (c > 0.5 ? d : -d) + 0.1 * (u[0] ?? 0);
  });
  sample.x = Float32Array.from(withGaps(3000, 11), (value, i) =>
    Number.isNaN(value) ? value : (sample.x[i] as number),
  );
  const model = await fitTrainer(gbdtTrainer, sample, {
    settings: { trees: 120, leaves: 31, earlyStoppingRounds: 0 },
  });
  for (const node of decodeGraph(modelFile(model, width)).nodes) {
    const ensemble = await readTrees(node, async () => {});
    if (ensemble !== null) return ensemble;
  }
  throw new Error('the file holds no trees');
}

/** Uniform numbers in float32, about one in twelve missing. */
function withGaps(n: number, seed: number): Float64Array {
  const { x } = sampleOf(n, width, seed, () => 0);
  return Float64Array.from(x, (value, i) => (i % 12 === seed % 12 ? Number.NaN : value));
}

const cells = (numbers: Float64Array) => Array.from(numbers, (value) => (Number.isNaN(value) ? null : value));

function plainTree({ column, threshold, missingYes, yes, no, cover, weights, weightStart }: Tree) {
  if (cover === null) throw new Error('the file tells no rows a node');
  return {
    column: [...column],
    // A split by what is missing alone asks for no more than infinity, which JSON cannot say.
    threshold: Array.from(threshold, (value) => Math.min(value, Number.MAX_VALUE)),
    missingYes: [...missingYes],
    yes: [...yes],
    no: [...no],
    cover: [...cover],
    value: Array.from(column, (_, node) => weights[weightStart[node] as number] ?? 0).map((value, node) =>
      (column[node] as number) < 0 ? value : 0,
    ),
  };
}
