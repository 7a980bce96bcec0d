import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningEngine, startEngine } from '../../../local-api/engine-host.ts';
import { assay, assayJson } from '../../kit/assay.ts';

let dir: string;
let workspace: string[];
/** A command opens the workspace itself, or asks the engine that has it open, which takes half the time. */
let engine: RunningEngine | null = null;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  workspace = ['--workspace', join(dir, 'workspace')];
});
afterAll(async () => {
  await engine?.close({ graceMs: 0 });
  await rm(dir, { recursive: true, force: true });
});

describe('assay, from an empty folder to an exported model', () => {
  it('imports a file and lists it', async () => {
    const imported = await assayJson(['import', 'sample:penguins', ...workspace]);
    expect(imported).toMatchObject({ dataset: 'penguins', version: 1, rows: 344, created: true });
    const again = await assayJson(['import', 'sample:penguins', ...workspace]);
    expect(again).toMatchObject({ version: 1, created: false });
    const listed = await assay(['datasets', ...workspace]);
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/penguins\s+1\s+344/);
    const profile = await assay(['datasets', 'penguins', '--profile', ...workspace]);
    expect(profile.stdout).toContain('Body Mass (g)');
  });

  it('trains, compares, registers, predicts, exports, beside an engine', async () => {
    engine = await startEngine({ dir: join(dir, 'workspace'), port: 0 });
    const trained = await assayJson([
      'train',
      '--dataset',
      'penguins',
      '--target',
      'Species',
      '--trainer',
      'prior',
      'linear',
      '--experiment',
      'species',
      ...workspace,
    ]);
    const { runs } = trained as { runs: { runId: string; trainer: string; metrics: { accuracy: number } }[] };
    expect(runs.map((run) => run.trainer)).toEqual(['prior', 'linear']);
    const [prior, linear] = runs;
    if (!prior || !linear) throw new Error('two runs were expected');
    expect(linear.metrics.accuracy).toBeGreaterThan(0.9);
    expect(linear.metrics.accuracy).toBeGreaterThan(prior.metrics.accuracy);

    const listed = await assay([
      'runs',
      '--filter',
      "metrics.accuracy > 0.9 and params.trainer = 'linear'",
      ...workspace,
    ]);
    expect(listed.stdout).toContain(linear.runId.slice(0, 8));
    expect(listed.stdout).not.toContain(prior.runId.slice(0, 8));

    const compared = await assay([
      'compare',
      prior.runId.slice(0, 8),
      linear.runId.slice(0, 8),
      ...workspace,
    ]);
    expect(compared.stdout).toMatch(/≠\s+metrics\.accuracy/);
    expect(compared.stdout).toMatch(/accuracy: .* is better than .*, McNemar/);

    const grouped = await assay(['compare', '-g', 'params.trainer', '-m', 'accuracy', ...workspace]);
    expect(grouped.stdout).toContain('One run a group says nothing about chance');
    const unclear = await assay(['compare', '-g', 'params.trainer', ...workspace]);
    expect(unclear.stderr).toContain('--metric');

    const registered = await assayJson([
      'register',
      linear.runId.slice(0, 8),
      'species',
      '--alias',
      'champion',
      ...workspace,
    ]);
    expect(registered).toMatchObject({ model: 'species', version: '1.0.0', aliases: ['champion'] });

    const rows = JSON.stringify([
      {
        Island: 'Torgersen',
        'Beak Length (mm)': 39.1,
        'Beak Depth (mm)': 18.7,
        'Flipper Length (mm)': 181,
        'Body Mass (g)': 3750,
        Sex: 'MALE',
      },
      {
        Island: 'Biscoe',
        'Beak Length (mm)': 50,
        'Beak Depth (mm)': 15.3,
        'Flipper Length (mm)': 220,
        'Body Mass (g)': 5550,
        Sex: 'MALE',
      },
    ]);
    const predicted = await assayJson(['predict', 'species@champion', '-', ...workspace], { input: rows });
    expect(predicted).toMatchObject({ version: '1.0.0', rows: 2, label: ['Adelie', 'Gentoo'] });

    const target = join(dir, 'exported');
    const exported = await assay(['export', 'species@champion', target, ...workspace]);
    expect(exported.code).toBe(0);
    expect(await readdir(target)).toEqual(
      expect.arrayContaining(['model.onnx', 'MLmodel', 'signature.json', 'card.md', 'README.md']),
    );
    const refused = await assay(['export', 'species@champion', target, ...workspace]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('overwrite');
  });

  it('trains what a recipe file says, with data named as people name it', async () => {
    const file = join(dir, 'recipe.yaml');
    const recipe = 'task: classification\ntarget: { column: Species }\ntrainer: { kind: prior }\n';
    await writeFile(file, `${recipe}dataset: penguins@1\n`);
    const trained = await assayJson(['train', file, ...workspace]);
    expect(trained).toMatchObject({ runs: [{ trainer: 'prior' }] });
    await writeFile(file, `${recipe}dataset: penguin\n`);
    const other = await assayJson(['train', file, '--dataset', 'penguins', ...workspace]);
    expect(other).toMatchObject({
      runs: [{ modelDigest: (trained as { runs: { modelDigest: string }[] }).runs[0]?.modelDigest }],
    });
    const missing = await assay(['train', file, ...workspace]);
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain('penguin');
    await writeFile(file, `${recipe}dataset: penguins\ntunning: {}\n`);
    const misspelt = await assay(['train', file, ...workspace]);
    expect(misspelt.code).not.toBe(0);
    expect(misspelt.stderr).toContain('/tunning is not a field');
  });

  it('compares two versions for drift and can fail a pipeline on it', async () => {
    const header = 'x,kind\n';
    const lines = (shift: number) =>
      Array.from({ length: 400 }, (_, i) => `${((i * 37) % 100) / 10 + shift},${i % 3 ? 'a' : 'b'}`).join(
        '\n',
      );
    await writeFile(join(dir, 'before.csv'), header + lines(0));
    await writeFile(join(dir, 'after.csv'), header + lines(4));
    for (const file of ['before.csv', 'after.csv'])
      await assay(['import', join(dir, file), '--name', 'window', ...workspace]);
    const result = await assay(['drift', 'window@1', 'window@2', '--fail-on-drift', ...workspace]);
    expect(result.stdout).toMatch(/x\s+drifted\s+\d+\.\d\d σ/);
    expect(result.stdout).toMatch(/kind.*stable/);
    expect(result.code).toBe(10);
  });
});

describe('assay says what is wrong and what to do', () => {
  it.each([
    ['an unknown dataset', ['datasets', 'nothing'], 3, /nothing/],
    ['a file that is not there', ['import', '/no/such.csv'], 3, /such\.csv/],
    ['a filter with a fault', ['runs', '--filter', 'metrics.auc >'], 2, /expected|value/i],
    ['an unknown run', ['runs', 'ffffffff'], 3, /ffffffff/],
    ['an unknown command', ['frobnicate'], 2, /frobnicate/],
    ['an unknown model', ['predict', 'nobody@champion', '--row', 'x=1'], 3, /nobody/],
    ['a bad alias', ['models', 'species', '--alias', 'latest=1.0.0'], 2, /latest/],
  ])('%s', async (_what, args, code, words) => {
    const result = await assay([...args, ...workspace]);
    expect(`${result.stderr}${result.stdout}`).toMatch(words);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toMatch(/at .*\.js:\d+/);
  });

  it('lists every column that does not fit in a bad row', async () => {
    const result = await assay(['predict', 'species@champion', '-', ...workspace], {
      input: JSON.stringify([{ Island: 5, 'Beak Length (mm)': 'long' }]),
    });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('Island');
    expect(result.stderr).toContain('Beak Length (mm)');
  });

  it('ends as always when nobody reads on, as after a pipe into head', async () => {
    const unread = await assay(['datasets', ...workspace], { closesPipe: true });
    expect(unread).toMatchObject({ code: 0, stderr: '' });
  });

  it('answers one JSON object with --json, errors included', async () => {
    const result = await assay(['datasets', 'nothing', '--json', ...workspace]);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'datasets/not-found' } });
    expect(result.code).toBe(3);
  });
});

describe('assay db', () => {
  it('backs up, checks and restores', async () => {
    await engine?.close();
    engine = null;
    const file = join(dir, 'copy.db');
    expect((await assay(['db', 'backup', file, ...workspace])).code).toBe(0);
    expect(await assayJson(['db', 'check', ...workspace])).toEqual({ ok: true, problems: [] });
    await assayJson(['import', 'sample:penguins', '--name', 'after backup', ...workspace]);
    expect((await assay(['db', 'restore', file, ...workspace])).code).toBe(0);
    const listed = (await assayJson(['datasets', ...workspace])) as { items: { name: string }[] };
    expect(listed.items.map((dataset) => dataset.name)).not.toContain('after backup');
    expect(await assayJson(['db', 'status', ...workspace])).toMatchObject({ pending: [], unknown: [] });
  });

  it('refuses a damaged backup and leaves the database as it is', async () => {
    const file = join(dir, 'broken.db');
    await writeFile(file, 'this is no database');
    const result = await assay(['db', 'restore', file, ...workspace]);
    expect(result.code).not.toBe(0);
    expect((await assay(['datasets', 'penguins', ...workspace])).code).toBe(0);
  });
});
