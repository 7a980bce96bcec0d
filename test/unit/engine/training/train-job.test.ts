import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from 'vitest';
import { createSession } from '../../../../engine/onnx/index.ts';
import { run, type TrainJobOutput } from '../../../../engine/training/train-job.ts';
import type { TrainingPlan } from '../../../../engine/training/training-plan.ts';
import {
  ClassificationEvaluation,
  Evaluation,
  ModelCoefficients,
  Recipe,
  type RecipeInput,
  Signature,
} from '../../../../local-api/contract/index.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-train-job-'));
let made = 0;
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjects();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

type Features = TrainingPlan['columns'];
const number = (name: string): Features[number] => ({ name, type: 'float', nullable: true, role: 'number' });
const category = (name: string): Features[number] => ({
  name,
  type: 'string',
  nullable: true,
  role: 'category',
});

type Made = { output: TrainJobOutput; dir: string; log: string[] };

/** Runs the job on the rows of an SQL query; the target is the column `y`. */
async function train(
  select: string,
  columns: Features,
  recipe: Partial<RecipeInput> & Pick<RecipeInput, 'trainer'>,
  extras: Features = [],
): Promise<Made> {
  made += 1;
  const dir = join(root, String(made));
  mkdirSync(dir);
  const path = join(dir, 'data.parquet');
  await query(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  const log: string[] = [];
  const output = await run({
    input: {
      recipe: Recipe.parse({ task: 'classification', dataset: 'v', target: { column: 'y' }, ...recipe }),
      plan: {
        columns,
        extras,
        target: { name: 'y', sql: '"y"', type: 'string' },
        timeColumn: null,
        warnings: [],
      },
      dataset: { files: [path], name: 'made', version: 1, digest: `sha256:${'0'.repeat(64)}` },
      assayVersion: '0.0.0',
    },
    tmpDir: dir,
    signal: new AbortController().signal,
    progress() {},
    log: (text) => log.push(text),
    send() {},
    room: async () => {},
  });
  return { output, dir, log };
}

/** 600 rows of which x tells the class in most. */
const clear = `SELECT CASE WHEN i % 10 < 4 THEN 'yes' ELSE 'no' END AS y, (i % 10 < 4)::INT * 2 + (i * 7919 % 100) / 60 AS x, i::DOUBLE AS id`;
const rows = (select: string, count = 600) => `${select} FROM range(${count}) t(i)`;
const kinds = ['prior', 'linear', 'forest', 'gbdt', 'mlp'] as const;

describe.each(kinds)('with hard data, %s', (kind) => {
  const trainer: RecipeInput['trainer'] = kind === 'mlp' ? { kind, epochs: 3 } : { kind };

  test('takes an all-missing, a constant and a half-missing column', async () => {
    const { output, log } = await train(
      rows(`${clear}, NULL::DOUBLE AS void, 7.0 AS constant, CASE WHEN i % 2 = 0 THEN i / 3 END AS half`),
      [number('x'), number('void'), number('constant'), number('half')],
      { trainer },
    );
    expect(Object.values(output.metrics).every(Number.isFinite)).toBe(true);
    expect(log.filter((line) => line.includes('is not used'))).toHaveLength(2);
  });

  test('takes infinite and huge values', async () => {
    const { output } = await train(
      rows(
        `${clear}, CASE i % 4 WHEN 0 THEN 'Infinity'::DOUBLE WHEN 1 THEN 1e300 WHEN 2 THEN -1e300 ELSE i END AS wild`,
      ),
      [number('x'), number('wild')],
      { trainer },
    );
    expect(Object.values(output.metrics).every(Number.isFinite)).toBe(true);
  });

  test('takes a column of 10,000 categories', async () => {
    const { output } = await train(
      rows(
        `SELECT CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS y, 'user ' || i AS who, i % 3 + (i % 7) / 10 AS x`,
        10_000,
      ),
      [category('who'), number('x')],
      { trainer },
    );
    expect(Object.values(output.metrics).every(Number.isFinite)).toBe(true);
    expect(Number(output.facts['matrix.columns'])).toBeLessThan(60);
  });

  test('takes a class with a single row', async () => {
    const { output } = await train(
      rows(
        `SELECT CASE WHEN i = 5 THEN 'rare' WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS y, i % 2 + (i % 9) / 9 AS x`,
      ),
      [number('x')],
      { trainer },
    );
    expect(Object.values(output.metrics).every(Number.isFinite)).toBe(true);
    expect(output.warnings).toContain('Fewer than 10 training rows are of class "rare".');
  });

  test('refuses a target of one class', async () => {
    const work = train(rows(`SELECT 'a' AS y, i AS x`), [number('x')], { trainer });
    await expect(work).rejects.toMatchObject({ code: 'training/bad-target' });
  });

  test('refuses numbers that do not vary', async () => {
    const work = train(rows(`SELECT 3.5 AS y, i AS x`), [number('x')], { trainer, task: 'regression' });
    await expect(work).rejects.toMatchObject({ code: 'training/bad-target' });
  });

  test('refuses numbers beyond what a model can answer', async () => {
    const work = train(rows(`SELECT i * 1e300 AS y, i AS x`), [number('x')], { trainer, task: 'regression' });
    await expect(work).rejects.toMatchObject({ code: 'training/bad-target' });
  });

  test('refuses a dozen rows', async () => {
    const work = train(rows(clear, 12), [number('x')], { trainer });
    await expect(work).rejects.toMatchObject({ code: 'training/too-little-data' });
  });
});

test('the answers kept are those of the model file for the raw values kept beside them', async () => {
  const { dir } = await train(
    rows(`${clear}, 'c' || i % 5 AS "odd ""name"", é"`),
    [number('x'), category('odd "name", é')],
    { trainer: { kind: 'gbdt', trees: 20 } },
  );
  const session = await createSession(readFileSync(join(dir, 'model/model.onnx')));
  const signature = Signature.parse(JSON.parse(readFileSync(join(dir, 'model/signature.json'), 'utf8')));
  const kept = await query(`SELECT * FROM read_parquet('${join(dir, 'predictions.parquet')}')`);
  expect(kept).toHaveLength(120);
  const texts = kept.map((row) => String(row['odd "name", é']));
  const outputs = await session.run({
    x: { type: 'float64', data: Float64Array.from(kept, (row) => Number(row.x)), dims: [120] },
    'odd "name", é': { type: 'string', data: texts, dims: [120] },
  });
  expect(outputs.strings('label')).toEqual(kept.map((row) => row['assay.label']));
  const yes = signature.classes?.indexOf('yes') ?? -1;
  const probabilities = outputs.float32('probabilities');
  kept.forEach((row, i) => {
    expect(probabilities[i * 2 + yes]).toBe(Math.fround(Number(row['assay.p.yes'])));
  });
  await session.release();
});

test('nothing is learnt from validation and test rows: a category of theirs alone is not in the model', async () => {
  const { dir } = await train(
    rows(`${clear}, CASE WHEN i < 420 THEN 'early ' || i % 3 ELSE 'late ' || i % 3 END AS era`),
    [number('x'), category('era')],
    { trainer: { kind: 'linear' }, split: { kind: 'time', column: 'x' } },
  );
  const model = readFileSync(join(dir, 'model/model.onnx')).toString('latin1');
  expect(model).toContain('early 1');
  // Only the example values of the signature come from the data itself, and those too from training rows.
  expect(model).not.toContain('late 1');
});

test('the rarer class is the positive one, unless the recipe says otherwise', async () => {
  const positive = async (recipe: Partial<RecipeInput>) => {
    const { dir } = await train(rows(clear), [number('x')], { trainer: { kind: 'prior' }, ...recipe });
    return Signature.parse(JSON.parse(readFileSync(join(dir, 'model/signature.json'), 'utf8'))).positive;
  };
  expect(await positive({})).toBe('yes');
  expect(await positive({ positive: 'no' })).toBe('no');
  await expect(positive({ positive: 'perhaps' })).rejects.toMatchObject({ code: 'training/bad-recipe' });
});

test('a column that gives the target away is pointed out', async () => {
  const { output } = await train(
    rows(
      `SELECT CASE WHEN hash(i) % 2 = 0 THEN 'a' ELSE 'b' END AS y, (hash(i) % 2)::DOUBLE AS leak, (i % 97)::DOUBLE AS x`,
      1000,
    ),
    [number('x'), number('leak')],
    { trainer: { kind: 'gbdt', trees: 30 } },
  );
  expect(output.warnings).toEqual([expect.stringContaining('"leak"')]);
});

test('a matrix beyond the memory limit is refused before it is made', async () => {
  const columns = Array.from({ length: 40 }, (_, i) => category(`c${i}`));
  const select = columns.map((_, i) => `'v' || (i * ${i + 3} % 50) AS c${i}`).join(', ');
  const work = train(rows(`SELECT i % 2 AS y, ${select}`, 20_000), columns, {
    trainer: { kind: 'linear' },
    preprocessing: { categorical: { encoding: 'onehot', maxOneHot: 60 } },
    limits: { memoryMb: 300, seconds: 60 },
  });
  await expect(work).rejects.toMatchObject({ code: 'jobs/out-of-memory' });
});

describe('what is done to a model besides the fit', () => {
  /** Twenty in a hundred are positive; `x` tells something of it, `who` nothing. */
  const noisy = `SELECT CASE WHEN hash(i, 1) % 1000 < 50 + 3 * (i % 100) THEN 'yes' ELSE 'no' END AS y, (i % 100)::DOUBLE AS x, 'g' || hash(i, 2) % 3 AS who, (1 + i % 3)::DOUBLE AS w, (hash(i, 3) % 1000)::DOUBLE AS noise`;
  const evaluationOf = ({ dir }: Made) =>
    Evaluation.parse(JSON.parse(readFileSync(join(dir, 'evaluation.json'), 'utf8')));
  const classified = (made: Made) => ClassificationEvaluation.parse(evaluationOf(made));

  test('a calibrated model with a chosen threshold answers so in its file, and says so', async () => {
    // Learnt by heart: far too sure of itself.
    const made = await train(rows(noisy, 3000), [number('x'), number('noise')], {
      trainer: { kind: 'gbdt', trees: 80, earlyStoppingRounds: 0, minLeafRows: 2 },
      calibration: 'auto',
      threshold: { by: 'cost', costs: { falsePositive: 1, falseNegative: 6 } },
    });
    const evaluation = classified(made);
    const signature = Signature.parse(
      JSON.parse(readFileSync(join(made.dir, 'model/signature.json'), 'utf8')),
    );
    expect(evaluation.threshold).toBe(signature.threshold);
    expect(evaluation.threshold).toBeLessThan(0.35);
    expect(evaluation.thresholdChoice?.by).toBe('cost');
    expect(evaluation.calibrator?.method).not.toBe('none');
    expect(evaluation.metrics.log_loss).toBeLessThan(evaluation.calibrator?.before.log_loss ?? 0);
    const kept = await query(`SELECT * FROM read_parquet('${join(made.dir, 'predictions.parquet')}')`);
    for (const row of kept) {
      const isOver = Number(row['assay.p.yes']) >= Math.fround(evaluation.threshold);
      expect(row['assay.label']).toBe(isOver ? 'yes' : 'no');
    }
    // At the model's own threshold the slider shows the confusion matrix.
    const { thresholds } = evaluation;
    const own = thresholds?.at.indexOf(evaluation.threshold) ?? -1;
    const yes = evaluation.classes.indexOf('yes');
    expect(thresholds?.truePositives[own]).toBe(evaluation.confusion[yes]?.[yes]);
    expect(made.log.some((line) => line.startsWith('Calibrated by'))).toBe(true);
  });

  test('slices, fairness, worst rows and a learning curve are told, also by columns that are no features', async () => {
    const made = await train(
      rows(noisy, 1500),
      [number('x')],
      {
        trainer: { kind: 'linear' },
        evaluation: { slices: ['who', 'x'], fairness: ['who'], learningCurve: 3, resamples: 100 },
      },
      [category('who')],
    );
    const evaluation = classified(made);
    expect(evaluation.slices?.map(({ column, slices }) => [column, slices.length])).toEqual([
      ['who', 3],
      ['x', 5],
    ]);
    expect(evaluation.fairness?.[0]?.groups).toHaveLength(3);
    expect(evaluation.errors?.worst).toHaveLength(50);
    expect(evaluation.learningCurve?.rows).toEqual([105, 332, 1050]);
    expect(Object.keys(evaluation.intervals ?? {})).toContain('auc');
    const card = readFileSync(join(made.dir, 'card.md'), 'utf8');
    expect(card).toContain('| Metric | Value | 95 % interval |');
    expect(card).toContain('### Fairness by `who`');
  });

  test('the questions asked of a model do not change it', async () => {
    const model = async (evaluation: RecipeInput['evaluation']) => {
      const made = await train(rows(noisy, 600), [number('x')], { trainer: { kind: 'linear' }, evaluation });
      return readFileSync(join(made.dir, 'model/model.onnx'));
    };
    expect(await model({ slices: ['x'], resamples: 0 })).toEqual(await model({}));
  });

  test('weights of classes move the probabilities, those of rows count in fit and figures', async () => {
    const mean = async (weights: RecipeInput['weights']) => {
      const made = await train(rows(noisy, 2000), [number('x')], { trainer: { kind: 'prior' }, weights }, [
        number('w'),
      ]);
      const [kept] = await query(
        `SELECT avg("assay.p.yes") AS p FROM read_parquet('${join(made.dir, 'predictions.parquet')}')`,
      );
      return { p: Number(kept?.p), made };
    };
    expect((await mean({})).p).toBeLessThan(0.25);
    expect((await mean({ classes: 'balanced' })).p).toBeCloseTo(0.5, 6);
    expect((await mean({ classes: { yes: 2 } })).p).toBeGreaterThan((await mean({})).p * 1.4);
    const { made } = await mean({ column: 'w', inFigures: true });
    expect(classified(made).isWeighted).toBe(true);
    const plain = classified((await mean({ column: 'w' })).made);
    expect(plain.metrics.accuracy).not.toBe(classified(made).metrics.accuracy);
  });

  test('a weight that is missing, and parts that need two classes, are refused', async () => {
    const missing = train(
      rows(`${clear}, CASE WHEN i > 9 THEN 1.0 END AS w`),
      [number('x')],
      { trainer: { kind: 'prior' }, weights: { column: 'w' } },
      [number('w')],
    );
    await expect(missing).rejects.toMatchObject({
      code: 'training/bad-recipe',
      message: expect.stringContaining('in 10 rows'),
    });
    const three = train(rows(`SELECT 'c' || i % 3 AS y, (i % 7)::DOUBLE AS x`), [number('x')], {
      trainer: { kind: 'prior' },
      positive: 'c1',
      threshold: { by: 'f1' },
      evaluation: { fairness: ['x'] },
    });
    await expect(three).rejects.toMatchObject({
      code: 'training/bad-recipe',
      problems: [
        { path: '/recipe/positive' },
        { path: '/recipe/threshold' },
        { path: '/recipe/evaluation/fairness' },
      ],
    });
  });

  test('with folds, the calibration is learnt from the answers out of the folds, the same each time', async () => {
    const model = async () => {
      const made = await train(rows(noisy, 1200), [number('x')], {
        trainer: { kind: 'gbdt', trees: 30, minLeafRows: 2 },
        validation: { kind: 'kfold', folds: 3 },
        calibration: 'sigmoid',
        threshold: { by: 'f1' },
      });
      expect(made.log.find((line) => line.startsWith('Calibrated by sigmoid'))).toContain('on 960 rows');
      return readFileSync(join(made.dir, 'model/model.onnx'));
    };
    expect(await model()).toEqual(await model());
  });
});

test('a linear model without a penalty leaves its coefficients with errors and units of the data', async () => {
  const { dir } = await train(
    rows(
      `SELECT CASE WHEN (i * 7919 % 100) < 50 + 30 * sin(i) THEN 'yes' ELSE 'no' END AS y, sin(i) * 3 AS x,
        CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS place`,
    ),
    [number('x'), category('place')],
    { trainer: { kind: 'linear', l2: 0 } },
  );
  const file = ModelCoefficients.parse(
    JSON.parse(readFileSync(join(dir, 'model/coefficients.json'), 'utf8')),
  );
  const x = file.terms.find(({ column }) => column === 'x');
  expect(file).toMatchObject({ link: 'logit', positive: 'yes', errors: { statistic: 'z' } });
  expect(x?.unit).toBeCloseTo(3 / Math.SQRT2, 1);
  expect(x?.error?.pValue).toBeLessThan(0.001);
  expect((x?.error?.low ?? 0) < (x?.value ?? 0) && (x?.value ?? 0) < (x?.error?.high ?? 0)).toBe(true);
  // One 0/1 column a category: what one says hangs on what the others and the intercept say.
  expect(file.terms.find(({ column }) => column === 'place=a')?.error).toBeNull();
  expect(readFileSync(join(dir, 'card.md'), 'utf8')).toContain('## Coefficients');
});

test('embeddings of many categories, missing and new ones, are part of the finished model', async () => {
  const { output, dir } = await train(
    rows(
      "SELECT CASE WHEN (i * 31 % 40) < 20 THEN 'yes' ELSE 'no' END AS y, CASE WHEN i % 50 = 49 THEN NULL ELSE 'c' || (i * 31 % 40) END AS city, i % 7 + 0.5 AS x",
      2000,
    ),
    [category('city'), number('x')],
    { trainer: { kind: 'mlp', categories: 'embedding', epochs: 40, learningRate: 0.01 } },
  );
  expect(output.metrics.accuracy).toBeGreaterThan(0.9);
  const session = await createSession(readFileSync(join(dir, 'model/model.onnx')));
  const answers = await session.run({
    city: { type: 'string', data: ['c3', 'never seen', ''], dims: [3] },
    x: { type: 'float64', data: Float64Array.of(1, Number.NaN, 3), dims: [3] },
  });
  expect(answers.float32('probabilities').every(Number.isFinite)).toBe(true);
  await session.release();
});
