import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VersionComparison } from '../../../local-api/contract/index.ts';
import { assay, assayJson } from '../../kit/assay.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

test('models compare tells which version is better, on test rows and on data that are named', async () => {
  const workspace = ['-w', join(tempFolder(), 'workspace')];
  await assayJson(['import', 'sample:penguins', ...workspace]);
  const options = ['--dataset', 'penguins', '--target', 'Species', '--trainer', 'prior', 'linear'];
  const { runs } = (await assayJson(['train', ...options, ...workspace])) as { runs: { runId: string }[] };
  for (const { runId } of runs) await assayJson(['register', runId, 'species', ...workspace]);

  const shown = await assay(['models', 'compare', 'species', '1.0.0', '1.1.0', ...workspace]);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toMatch(/accuracy .* best .*\[.*\] better/);
  expect(shown.stdout).toMatch(
    /Test rows of 1\.1\.0, \d+ rows; 95 % intervals of the difference from 1\.0\.0/,
  );

  const compared = await assayJson([
    ...['models', 'compare', 'species', '1.1.0', '1.0.0'],
    ...['--on', 'penguins@1', ...workspace],
  ]);
  expect(VersionComparison.parse(compared)).toMatchObject({
    baseline: '1.1.0',
    rows: { source: 'penguins v1' },
    data: [{ version: '1.0.0', state: 'same' }],
  });

  const unknown = await assay(['models', 'compare', 'species', '1.0.0', '7.0.0', ...workspace]);
  expect(unknown.code).toBe(3);
  expect(unknown.stderr).toContain('7.0.0');
  const good = await assay(['models', 'species', '--filter', 'metrics.accuracy > 0.9', ...workspace]);
  expect(good.stdout).toContain('1.1.0');
  expect(good.stdout).not.toContain('1.0.0');
  const none = await assay(['models', '--filter', 'metrics.accuracy < 0.5', ...workspace]);
  expect(none.stdout).toContain('No model matches.');
});
