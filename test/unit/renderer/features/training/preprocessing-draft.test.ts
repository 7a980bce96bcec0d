import { describe, expect, it } from 'vitest';
import { Preprocessing } from '../../../../../local-api/contract/index.ts';
import { placeProblem } from '../../../../../renderer/features/training/draft-problems.ts';
import {
  countChanges,
  fromPreprocessing,
  toPreprocessing,
  usualPreprocessing,
} from '../../../../../renderer/features/training/preprocessing-draft.ts';
import {
  columnFields,
  preprocessingFields,
  usefulGroups,
} from '../../../../../renderer/features/training/preprocessing-fields.ts';
import { usefulFields } from '../../../../../renderer/features/training/useful-fields.ts';

const features = ['mass', 'island', 'seen'];

describe('the preprocessing of a draft', () => {
  it('is left out of the recipe while all is usual', () => {
    expect(toPreprocessing(usualPreprocessing, features)).toBeUndefined();
  });

  it('says in the recipe only what differs, and comes back from it', () => {
    const draft = {
      groups: { ...usualPreprocessing.groups, numeric: { scale: 'robust' }, selection: { top: 5 } },
      interactions: [{ kind: 'cross' as const, columns: ['island', 'seen'] as [string, string] }],
      columns: { mass: { clip: 'iqr' } },
    };
    const recipe = toPreprocessing(draft, features);
    expect(recipe).toEqual({
      numeric: { scale: 'robust' },
      selection: { top: 5 },
      interactions: [{ kind: 'cross', columns: ['island', 'seen'] }],
      columns: { mass: { clip: 'iqr' } },
    });
    expect(fromPreprocessing(Preprocessing.parse(recipe))).toEqual(draft);
    expect(countChanges(draft)).toBe(4);
  });

  it('forgets the settings of a column that is no feature', () => {
    const draft = { ...usualPreprocessing, columns: { gone: { clip: 'iqr' } } };
    expect(toPreprocessing(draft, features)).toBeUndefined();
  });
});

describe('the fields of preprocessing', () => {
  it('have one for every setting of the contract', () => {
    const usual = Preprocessing.parse({});
    const keys = Object.values(preprocessingFields).flatMap((fields) => fields.map(({ key }) => key));
    for (const group of ['numeric', 'categorical', 'datetime', 'selection'] as const)
      expect(keys).toEqual(expect.arrayContaining(Object.keys(usual[group])));
    expect(keys).toEqual(expect.arrayContaining(['holidays', 'daysSince', 'top', 'fillCategory']));
  });

  it('are shown where they say something', () => {
    const shown = (settings: Record<string, unknown>) =>
      usefulFields(preprocessingFields.numeric, settings).map(({ key }) => key);
    expect(shown({})).not.toContain('clipRange');
    expect(shown({ clip: 'iqr' })).toContain('clipRange');
    expect(shown({ clip: 'iqr' })).not.toContain('clipQuantile');
  });

  it('are of the groups that the features are of, and of those that were changed', () => {
    const { groups } = usualPreprocessing;
    expect(usefulGroups(['number'], groups)).toEqual(['numeric', 'selection']);
    expect(usefulGroups(['category'], { ...groups, datetime: { cyclic: true } })).toEqual([
      'categorical',
      'datetime',
      'selection',
    ]);
  });

  it('of a single column fit its role and stand at what holds for all', () => {
    const groups = { ...usualPreprocessing.groups, numeric: { scale: 'robust' } };
    expect(columnFields('number', groups).find(({ key }) => key === 'scale')?.defaultValue).toBe('robust');
    expect(columnFields('boolean', groups).map(({ key }) => key)).toEqual([
      'impute',
      'fill',
      'missingIndicator',
    ]);
    expect(columnFields('category', groups).map(({ key }) => key)).toContain('encoding');
  });
});

it('problems of preprocessing stand at their field', () => {
  const fieldOf = (path: string) => placeProblem(path, '', 'linear').field;
  expect(fieldOf('/recipe/preprocessing/numeric/scale')).toBe('numeric.scale');
  expect(fieldOf('/recipe/preprocessing/columns/body~1mass/clip')).toBe('columns.body/mass.clip');
  expect(fieldOf('/recipe/preprocessing/interactions/2/columns/1')).toBe('interactions.2');
});
