import { expect, test } from 'vitest';
import { parseSearch, paths, stringifySearch } from '../../../../renderer/app/paths.ts';

test('names with slashes, spaces and signs stay one part of the address', () => {
  expect(paths.dataset('a/b c?')).toBe('/datasets/a%2Fb%20c%3F');
  expect(paths.model('größe & co')).toBe('/models/gr%C3%B6%C3%9Fe%20%26%20co');
});

test('search parameters that say nothing are left out', () => {
  expect(paths.dataset('x', { version: 2 })).toBe('/datasets/x?version=2');
  expect(paths.newDrift({})).toBe('/drift/new');
  expect(stringifySearch({ filter: '', sort: undefined })).toBe('');
});

test('a list of runs stays readable in the address', () => {
  expect(paths.compare(['a1', 'b2'])).toBe('/compare?runs=a1,b2');
});

test('a filter comes back as it was written', () => {
  const filter = "metrics.auc > 0.8 and tags.team like 'a%' & x = 'é+ü'";
  expect(parseSearch(stringifySearch({ filter }))).toEqual({ filter });
});
