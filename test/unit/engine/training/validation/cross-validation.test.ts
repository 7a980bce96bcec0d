import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { run, type TrainJobMessage, type TrainJobOutput } from '../../../../../engine/training/train-job.ts';
import { trainers } from '../../../../../engine/training/trainers/registry.ts';
import { Recipe, type RecipeInput, ValidationReport } from '../../../../../local-api/contract/index.ts';
import { fitTrainer, sampleOf } from '../../../../kit/training.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-cross-validation-'));
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

/** 400 rows in 20 sites; x tells the class in most. */
const data = `SELECT CASE WHEN hash(i) % 10 < 7 THEN (i % 2 = 0) ELSE (i % 3 = 0) END AS y,
  i % 2 + (hash(i + 1) % 100) / 80 AS x, (hash(i + 2) % 100) / 100 AS noise, i // 20 AS site FROM range(400) t(i)`;

type Made = { output: TrainJobOutput; dir: string; messages: TrainJobMessage[]; log: string[] };

async function train(recipe: Partial<RecipeInput> & Pick<RecipeInput, 'trainer'>): Promise<Made> {
  made += 1;
  const dir = join(root, String(made));
  mkdirSync(dir);
  const path = join(dir, 'data.parquet');
  await query(`COPY (${data}) TO '${path}' (FORMAT parquet)`);
  const messages: TrainJobMessage[] = [];
  const log: string[] = [];
  const number = { type: 'float', nullable: true, role: 'number' } as const;
  const output = await run({
    input: {
      recipe: Recipe.parse({ task: 'classification', dataset: 'v', target: { column: 'y' }, ...recipe }),
      plan: {
        columns: [
          { name: 'x', ...number },
          { name: 'noise', ...number },
        ],
        extras: [{ name: 'site', ...number }],
        target: { name: 'y', sql: '"y"', type: 'boolean' },
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
    send: (message) => messages.push(message as TrainJobMessage),
    room: async () => {},
  });
  return { output, dir, messages, log };
}

const reportOf = ({ dir }: Made) =>
  ValidationReport.parse(JSON.parse(readFileSync(join(dir, 'validation.json'), 'utf8')));
const model = ({ dir }: Made) => readFileSync(join(dir, 'model/model.onnx'));
const kfold = { kind: 'kfold', folds: 4 } as const;

test('each fold is told of with its figures, and their mean is a metric of the run', async () => {
  const trained = await train({ trainer: { kind: 'linear' }, validation: kfold });
  const report = reportOf(trained);
  expect(report.folds.map(({ rows }) => rows)).toEqual(
    Array.from({ length: 4 }, () => ({ training: 240, stopping: 0, held: 80 })),
  );
  const aucs = report.folds.map(({ metrics }) => metrics.auc ?? 0);
  expect(trained.output.metrics.cv_auc).toBeCloseTo(aucs.reduce((a, b) => a + b) / 4, 12);
  expect(trained.output.metrics.auc).toBeGreaterThan(0.6);
  const nested = trained.messages.flatMap((message) => (message.type === 'nested' ? [message] : []));
  expect(nested.filter(({ what }) => what === 'begins').map(({ key }) => key)).toEqual([
    'fold 1',
    'fold 2',
    'fold 3',
    'fold 4',
  ]);
  expect(nested.filter(({ what }) => what === 'ends')).toHaveLength(4);
});

test('rows held out are answered once each, by a model that never saw them; the test part by none', async () => {
  const trained = await train({ trainer: { kind: 'linear' }, validation: kfold });
  const kept = await query(`SELECT "assay.row" AS row FROM '${join(trained.dir, 'out-of-fold.parquet')}'`);
  const tested = await query(`SELECT "assay.row" AS row FROM '${join(trained.dir, 'predictions.parquet')}'`);
  const rows = (found: Record<string, unknown>[]) => found.map(({ row }) => Number(row));
  expect(kept).toHaveLength(320);
  expect([...rows(kept), ...rows(tested)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 400 }, (_, i) => i),
  );
});

test('the final model has the median rounds of the folds and learns from all rows but the test part', async () => {
  const trained = await train({
    trainer: { kind: 'gbdt', trees: 60, earlyStoppingRounds: 5 },
    validation: kfold,
  });
  const report = reportOf(trained);
  const rounds = report.folds.map((fold) => fold.rounds ?? 0).sort((a, b) => a - b);
  expect(Math.max(...rounds)).toBeLessThan(60);
  expect(report.finalRounds).toBe(Math.max(1, Math.round(((rounds[1] ?? 0) + (rounds[2] ?? 0)) / 2)));
  expect(trained.output.facts).toMatchObject({
    'rows.training': '320',
    'rows.validation': '0',
    'fit.rounds': String(report.finalRounds),
  });
  expect(report.folds.every(({ rows }) => rows.stopping > 0)).toBe(true);
});

test('the same recipe gives the same files, another seed another model', async () => {
  const recipe = { trainer: { kind: 'gbdt', trees: 20, rowSample: 0.7 }, validation: kfold } as const;
  const [first, again, other] = [
    await train(recipe),
    await train(recipe),
    await train({ ...recipe, seed: 1 }),
  ];
  expect(model(again).equals(model(first))).toBe(true);
  expect(reportOf(again)).toEqual(reportOf(first));
  const kept = ({ dir }: Made) => readFileSync(join(dir, 'out-of-fold.parquet'));
  expect(kept(again).equals(kept(first))).toBe(true);
  expect(model(other).equals(model(first))).toBe(false);
});

test('hold-out said is hold-out left out', async () => {
  const plain = await train({ trainer: { kind: 'gbdt', trees: 10 } });
  const said = await train({ trainer: { kind: 'gbdt', trees: 10 }, validation: { kind: 'holdout' } });
  expect(model(said).equals(model(plain))).toBe(true);
});

test('a split and folds by group keep the rows of a site together', async () => {
  const trained = await train({
    trainer: { kind: 'gbdt', trees: 20 },
    split: { kind: 'group', column: 'site' },
    validation: { kind: 'group', column: 'site', folds: 4 },
  });
  const tested = await query(`SELECT "assay.row" // 20 AS site, count(*) AS n
    FROM '${join(trained.dir, 'predictions.parquet')}' GROUP BY 1`);
  expect(tested.map(({ n }) => Number(n))).toEqual([20, 20, 20, 20]);
  expect(reportOf(trained).folds.map(({ rows }) => rows.held)).toEqual([80, 80, 80, 80]);
  expect(reportOf(trained).folds.every(({ rows }) => rows.stopping % 20 === 0)).toBe(true);
});

test.each(trainers.map(({ kind }) => kind))('%s fits without rows to validate on', async (kind) => {
  const trainer = trainers.find((candidate) => candidate.kind === kind) ?? trainers[0];
  if (!trainer) throw new Error('no trainers');
  const task = trainer.tasks.includes('classification') ? { classes: 2 } : {};
  const sample = sampleOf(120, 3, 7, (row, u) => ((row[0] ?? 0) + 0.3 * (u[0] ?? 0) > 0.6 ? 1 : 0));
  const none = { ...sampleOf(0, 3, 7, () => 0) };
  const base = trainer.settings.parse({ kind });
  const settings = trainer.rounds?.fixed(base, 3) ?? base;
  const fitted = await fitTrainer(trainer, sample, {
    ...task,
    settings: settings as Record<string, unknown>,
    validation: none,
  });
  expect([...fitted.predict(sample.x, sample.n)].every(Number.isFinite)).toBe(true);
  if (trainer.rounds) expect(trainer.rounds.kept(fitted.info)).toBe(3);
});
