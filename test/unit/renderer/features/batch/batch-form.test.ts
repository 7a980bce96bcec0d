import { describe, expect, it } from 'vitest';
import { newForm, requestOf } from '../../../../../renderer/features/batch/batch-form.ts';

const form = newForm({ model: ' late@champion ', dataset: 'flights' });

describe('the form of a batch', () => {
  it('asks for the newest version unless one is chosen', () => {
    expect(requestOf(form)).toMatchObject({
      model: 'late@champion',
      source: { kind: 'dataset', dataset: 'flights' },
      keep: [],
    });
    expect(requestOf(form)?.source).not.toHaveProperty('version');
    expect(requestOf({ ...form, version: '3' })?.source).toMatchObject({ version: 3 });
  });

  it('is no request while model, dataset, SELECT, path or file is not chosen', () => {
    for (const change of [
      { model: ' ' },
      { dataset: null },
      { from: 'sql' as const, sql: ' ' },
      { from: 'path' as const },
      { from: 'upload' as const },
    ])
      expect(requestOf({ ...form, ...change })).toBeNull();
  });

  it('keeps all columns rather than the chosen ones when both are asked for', () => {
    expect(requestOf({ ...form, keep: ['id'], keepAll: true })?.keep).toBe('all');
    expect(requestOf({ ...form, from: 'path', path: ' /x.csv ' })?.source).toEqual({
      kind: 'path',
      path: '/x.csv',
    });
  });
});
