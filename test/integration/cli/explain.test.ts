import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RowExplanations } from '../../../local-api/contract/index.ts';
import { assay, assayJson } from '../../kit/assay.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

test('explain tells why rows are answered as they are, and what matters on the whole', async () => {
  const dir = tempFolder();
  const workspace = ['-w', join(dir, 'workspace')];
  await assayJson(['import', 'sample:penguins', ...workspace]);
  const options = ['--dataset', 'penguins', '--target', 'Species', '--trainer', 'gbdt'];
  const { runs } = (await assayJson(['train', ...options, ...workspace])) as { runs: { runId: string }[] };
  const runId = runs[0]?.runId ?? '';
  await assayJson(['register', runId, 'species', ...workspace]);

  const row = {
    Island: 'Biscoe',
    'Beak Length (mm)': 50,
    'Beak Depth (mm)': 15,
    'Flipper Length (mm)': 225,
    'Body Mass (g)': 5500,
    Sex: 'MALE',
  };
  const shown = await assay(['explain', 'species', '--row', JSON.stringify(row), ...workspace]);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toMatch(/^Gentoo \(0\.\d+\)/);
  expect(shown.stdout).toMatch(/Flipper Length \(mm\) +225 +\+/);
  expect(shown.stdout).toMatch(/tree-interventional, \d+ reference rows: Test rows of the training/);

  const file = join(dir, 'rows.json');
  await writeFile(file, JSON.stringify([row, row]));
  const asked = ['explain', runId.slice(0, 10), '--rows', file, '--class', 'Adelie', '--probability'];
  const explained = RowExplanations.parse(await assayJson([...asked, ...workspace]));
  expect(explained).toMatchObject({ scale: 'probability', subject: { runId } });
  expect(explained.rows.map(({ output }) => output)).toEqual(['Adelie', 'Adelie']);

  const whole = await assay([
    'explain',
    'species',
    '--global',
    '--repeats',
    '3',
    '--metric',
    'accuracy',
    ...workspace,
  ]);
  expect(whole.code, whole.stderr).toBe(0);
  expect(whole.stdout).toMatch(/Harm to accuracy/);
  expect(whole.stdout).toMatch(/input +Adelie +Chinstrap +Gentoo/);

  const bad = await assay(['explain', 'species', '--method', 'guess', '--json', ...workspace]);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('tree-path-dependent');
  expect(JSON.parse(bad.stdout)).toMatchObject({ error: { code: 'usage' } });
});
