import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from 'vitest';
import { createSession } from '../../../../engine/onnx/index.ts';
import { run, type TrainJobOutput } from '../../../../engine/training/train-job.ts';
import type { TrainingPlan } from '../../../../engine/training/training-plan.ts';
import { Recipe, type RecipeInput, Signature } from '../../../../local-api/contract/index.ts';

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
        extras: [],
        target: { name: 'y', sql: '"y"', type: 'string' },
        timeColumn: null,
        warnings: [],
      },
      dataset: { path, name: 'made', version: 1, digest: `sha256:${'0'.repeat(64)}` },
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
const kinds = ['prior', 'linear', 'gbdt', 'mlp'] as const;

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
