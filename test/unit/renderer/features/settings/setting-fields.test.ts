import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Settings } from '../../../../../local-api/contract/index.ts';
import {
  fieldsOf,
  labelOf,
  valueAt,
  variableOf,
} from '../../../../../renderer/features/settings/setting-fields.ts';

describe('fieldsOf', () => {
  const fields = fieldsOf(z.toJSONSchema(Settings, { io: 'input' }));
  const field = (key: string) => fields.find((one) => one.key === key);

  test('finds every setting of the contract', () => {
    const values: Record<string, object> = Settings.parse({});
    const keys = Object.entries(values).flatMap(([group, entries]) =>
      Object.keys(entries).map((name) => `${group}.${name}`),
    );
    expect(fields.map((one) => one.key)).toEqual(keys);
  });

  test('draws each by its type, with its limits', () => {
    expect(field('jobs.concurrency')).toMatchObject({
      kind: 'number',
      isInteger: true,
      min: 1,
      max: 64,
      default: 2,
    });
    expect(field('jobs.memoryMb')).toMatchObject({ kind: 'number', min: 256, max: undefined });
    expect(field('ui.theme')).toMatchObject({ kind: 'choice', options: ['auto', 'light', 'dark'] });
    expect(field('ui.tourDone')).toMatchObject({ kind: 'switch' });
  });

  test('says what the schema says', () => {
    expect(field('jobs.concurrency')?.description).toBe('Job processes at once');
  });
});

test('labels are words with their unit', () => {
  expect(['memoryMb', 'timeoutSeconds', 'maxQueue'].map(labelOf)).toEqual([
    'Memory (MB)',
    'Timeout (seconds)',
    'Max queue',
  ]);
});

test('names the environment variable that wins over the file', () => {
  expect(variableOf('jobs.memoryMb')).toBe('ASSAY_JOBS_MEMORY_MB');
});

test('reads the value of a dotted key', () => {
  expect(valueAt(Settings.parse({}), 'jobs.concurrency')).toBe(2);
  expect(valueAt({}, 'a.b')).toBeUndefined();
});
