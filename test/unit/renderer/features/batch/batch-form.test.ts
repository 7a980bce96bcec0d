import { describe, expect, it } from 'vitest';
import { BatchPredictionRequest } from '../../../../../local-api/contract/index.ts';
import { formOf, newForm, requestOf } from '../../../../../renderer/features/batch/batch-form.ts';

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

  it.each([
    { kind: 'dataset', dataset: 'flights' },
    { kind: 'dataset', dataset: 'flights', version: 3 },
    { kind: 'sql', dataset: 'flights', sql: 'SELECT 1' },
    { kind: 'path', path: '/x.csv', options: { delimiter: ';' } },
  ])('edits a request for $kind without losing any of it', (source) => {
    const output = { format: 'csv', probabilities: false, fillMissing: true };
    for (const keep of ['all', ['id']]) {
      const request = BatchPredictionRequest.parse({ model: 'late@champion', source, keep, ...output });
      expect(BatchPredictionRequest.parse(requestOf(formOf(request)))).toEqual(request);
    }
  });

  it('keeps all columns rather than the chosen ones when both are asked for', () => {
    expect(requestOf({ ...form, keep: ['id'], keepAll: true })?.keep).toBe('all');
    expect(requestOf({ ...form, from: 'path', path: ' /x.csv ' })?.source).toEqual({
      kind: 'path',
      path: '/x.csv',
    });
  });
});
