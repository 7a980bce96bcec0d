import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assay, assayJson } from '../../kit/assay.ts';
import { foreignCase } from '../../kit/models/foreign-models.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

test('a file is shown as it would be read, and imported under the version and aliases asked for', async () => {
  const workspace = join(tempFolder(), 'ws');
  const { path } = await foreignCase('sklearn_mixed');
  const shown = await assay(['models', 'import', path, '--check', '--classes', 'a,b,c', '-w', workspace]);
  expect(shown.code).not.toBe(0);
  expect(shown.stdout).toContain('takes  colour         string   [?, 1]');
  expect(shown.stdout).toContain('✗ /classes: 3 names for 2 classes');

  const named = ['--name', 'colours', '--version', '2.1.0', '--alias', 'champion', 'best'];
  const result = await assayJson(['models', 'import', path, ...named, '-w', workspace]);
  expect(result).toMatchObject({ model: 'colours', version: '2.1.0', change: 'added' });
  const row = ['--row', 'size=1', 'weight=0', 'colour=red'];
  expect(await assayJson(['predict', 'colours@best', ...row, '-w', workspace])).toMatchObject({
    label: ['yes'],
  });
});
