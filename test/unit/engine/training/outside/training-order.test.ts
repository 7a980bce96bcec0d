import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onnxRuntimeVersion } from '../../../../../engine/onnx/index.ts';
import { orderFiles, trainingOrder } from '../../../../../engine/training/index.ts';
import { duckDbVersion } from '../../../../../engine/training/outside/training-order.ts';
import { Recipe } from '../../../../../local-api/contract/index.ts';
import { tempFolder } from '../../../../kit/temp-folder.ts';

const own = JSON.parse(readFileSync(new URL('../../../../../package.json', import.meta.url), 'utf8'));

test('a machine elsewhere trains with the releases that Assay itself uses', () => {
  expect(own.dependencies).toMatchObject({
    '@duckdb/node-api': duckDbVersion,
    'onnxruntime-node': onnxRuntimeVersion,
  });
});

test('an order holds program, packages and data, and nothing of where the data lies here', async () => {
  const path = join(tempFolder(), 'snapshot.parquet');
  writeFileSync(path, 'rows');
  const recipe = Recipe.parse({
    task: 'regression',
    dataset: 'dsv_1',
    target: { column: 'y' },
    trainer: { kind: 'prior' },
  });
  const input = {
    recipe,
    plan: {
      columns: [],
      extras: [],
      target: { name: 'y', sql: '"y"', type: 'float' as const },
      timeColumn: null,
      warnings: [],
    },
    dataset: { files: [path], name: 'rows', version: 1, digest: 'sha256:1' },
    assayVersion: own.version,
  };
  const order = await trainingOrder(input, Buffer.from('the program'));
  const texts = new Map([...order].map(([name, bytes]) => [name, Buffer.from(bytes).toString('utf8')]));
  expect([...texts.keys()]).toEqual(Object.values(orderFiles));
  expect(texts.get(orderFiles.program)).toBe('the program');
  expect(texts.get(orderFiles.data)).toBe('rows');
  expect(JSON.parse(texts.get(orderFiles.order) ?? '')).toMatchObject({ recipe, dataset: { version: 1 } });
  expect(texts.get(orderFiles.order)).not.toContain(path);
});
