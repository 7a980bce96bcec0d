import { expect, test } from 'vitest';
import { fitPreprocessing } from '../../../../../engine/training/preprocessing/fit.ts';
import { featuresThatTellAll } from '../../../../../engine/training/preprocessing/leaks.ts';
import type { TableTarget } from '../../../../../engine/training/table.ts';
import { Preprocessing } from '../../../../../local-api/contract/index.ts';
import { parkMiller } from '../../../../kit/training.ts';
import { allRows, tableOf } from './tables.ts';

const n = 600;
const u = parkMiller(3 * n, 21);
const delay = Array.from({ length: n }, (_, row) => Math.round(60 * (u[row] ?? 0)));
const noise = Array.from({ length: n }, (_, row) => u[n + row] ?? 0);

async function suspects(columns: Parameters<typeof tableOf>[0], target: TableTarget): Promise<string[]> {
  const table = tableOf(columns, target);
  const rows = allRows(table);
  const preprocessing = Preprocessing.parse({ categorical: { minCount: 1 } });
  const view = { numbers: 'scaled', categories: 'encoded' } as const;
  const { features } = await fitPreprocessing({ table, rows, preprocessing, view, seed: 0 });
  return featuresThatTellAll({ features, table, rows, seed: 0 }).map(({ name }) => name);
}

const late: TableTarget = {
  task: 'classification',
  classes: ['no', 'yes'],
  codes: Int32Array.from(delay, (minutes) => Number(minutes > 15)),
};

test('a number of which the target is a threshold, and a text that names the class, are found', async () => {
  const columns = {
    delay: { type: 'integer', values: delay },
    verdict: { type: 'string', values: delay.map((minutes) => (minutes > 15 ? 'refund' : 'none')) },
    noise: { type: 'float', values: noise },
  } as const;
  expect(await suspects(columns, late)).toEqual(['delay', 'verdict']);
});

test('a copy of a target that is a number is found', async () => {
  const columns = {
    minutes: { type: 'float', values: delay.map((minutes) => 2 * minutes + 1) },
    noise: { type: 'float', values: noise },
  } as const;
  expect(await suspects(columns, { task: 'regression', values: Float64Array.from(delay) })).toEqual([
    'minutes',
  ]);
});

test('a column that tells much by merit is no suspect, nor is an id', async () => {
  const columns = {
    near: { type: 'float', values: delay.map((minutes, row) => minutes + 12 * ((noise[row] ?? 0) - 0.5)) },
    id: { type: 'string', values: delay.map((_, row) => `flight ${row}`) },
    number: { type: 'integer', values: delay.map((_, row) => row) },
  } as const;
  expect(await suspects(columns, late)).toEqual([]);
});
