import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { usualSpace } from '../../../../../../engine/training/tuning/usual-space.ts';
import { type Dimension, Recipe, SearchSpace, Trainer } from '../../../../../../local-api/contract/index.ts';
import {
  changeBound,
  changeRange,
  changeSpace,
  conditionWords,
  rangeKind,
  rangeKinds,
  readOption,
  searchableSettings,
  spaceRows,
  usualDimension,
  writeOption,
} from '../../../../../../renderer/features/training/search/search-space.ts';
import {
  toValidation,
  usualValidation,
} from '../../../../../../renderer/features/training/validation-draft.ts';

function infoOf(kind: string) {
  const { kind: _, ...defaults } = Trainer.parse({ kind });
  const schema = Trainer.options.find((option) => option.shape.kind.value === kind) ?? Trainer;
  return {
    defaults,
    schema: z.record(z.string(), z.unknown()).parse(z.toJSONSchema(schema, { io: 'input' })),
  };
}

describe('usualDimension', () => {
  it.each(['linear', 'forest', 'gbdt', 'mlp'])(
    'gives every setting of %s values that the recipe takes',
    (kind) => {
      const settings = searchableSettings(infoOf(kind)).filter(({ path }) => path.startsWith('trainer.'));
      expect(settings.length).toBeGreaterThan(2);
      for (const { path, field } of settings) {
        const dimension = SearchSpace.valueType.parse(usualDimension(field));
        const ends = dimension.type === 'choice' ? dimension.options : [dimension.low, dimension.high];
        for (const value of ends) {
          const parsed = Trainer.safeParse({ kind, [field.key]: value });
          expect([path, value, parsed.error?.issues ?? []]).toEqual([path, value, []]);
        }
      }
    },
  );

  it('offers settings of preprocessing too', () => {
    const scale = searchableSettings(infoOf('linear')).find(
      ({ path }) => path === 'preprocessing.numeric.scale',
    );
    expect(scale?.label).toBe('Numbers: scale');
    expect(scale && usualDimension(scale.field)).toMatchObject({ type: 'choice' });
  });
});

describe('the rows of a space', () => {
  const settings = searchableSettings(infoOf('gbdt'));
  const usual = usualSpace('gbdt');
  it('are those in use and those of the usual space that are not', () => {
    const rows = spaceRows({ 'trainer.bins': { type: 'int', low: 2, high: 9 } }, usual, settings);
    expect(rows.map(({ path, isOn }) => [path, isOn])).toEqual([
      ...Object.keys(usual ?? {}).map((path) => [path, false]),
      ['trainer.bins', true],
    ]);
    expect(rows.at(-1)).toMatchObject({ label: 'Bins', field: { key: 'bins' } });
  });
  it('keep a path that the form does not know', () => {
    const dimension: Dimension = { type: 'choice', options: ['gbdt', 'linear'] };
    const [row] = spaceRows({ 'trainer.kind': dimension }, null, settings);
    expect(row).toMatchObject({ label: 'trainer.kind', field: null, isOn: true });
    expect(rangeKinds(row?.field ?? null)).toContain('choice');
  });
});

describe('a dimension', () => {
  const log: Dimension = {
    type: 'log',
    low: 0.02,
    high: 30,
    whole: false,
    when: { 'trainer.kind': ['gbdt', 'mlp'] },
  };
  it('keeps its bounds and conditions when it is searched in another way', () => {
    expect(changeRange(log, 'float')).toEqual({ type: 'float', low: 0.02, high: 30, when: log.when });
    expect(changeRange(log, 'logInt')).toMatchObject({ type: 'log', low: 1, high: 30, whole: true });
    expect(changeRange(log, 'choice')).toMatchObject({ type: 'choice', options: [0.02, 30] });
    expect(changeRange({ type: 'choice', options: [4, 2, 'a'] }, 'int')).toEqual({
      type: 'int',
      low: 2,
      high: 4,
    });
    expect(rangeKind(changeRange(log, 'logInt'))).toBe('logInt');
  });
  it('takes another bound, and tells its conditions in words', () => {
    expect(changeBound(log, 'high', 9)).toMatchObject({ low: 0.02, high: 9 });
    expect(conditionWords(log)).toBe('trainer.kind is gbdt or mlp');
    expect(conditionWords({ type: 'int', low: 1, high: 2 })).toBe('');
  });
  it('has choices that are written and read as they are', () => {
    for (const option of [5, true, 'sqrt', [64, 32], null])
      expect(readOption(writeOption(option))).toEqual(option);
  });
});

describe('spaces of several trainers', () => {
  const usual: SearchSpace = { a: { type: 'int', low: 1, high: 2 }, b: { type: 'int', low: 1, high: 2 } };
  it('are kept apart, and forgotten where they are the usual one again', () => {
    const own: SearchSpace = { a: { type: 'int', low: 1, high: 3 } };
    const spaces = changeSpace({ linear: own }, 'gbdt', own, usual);
    expect(Object.keys(spaces)).toEqual(['linear', 'gbdt']);
    const back = { b: usual.b, a: usual.a } as SearchSpace;
    expect(changeSpace(spaces, 'gbdt', back, usual)).toEqual({ linear: own });
  });

  it('go into the recipe of their own trainer, and none into that of the baseline', () => {
    const space: SearchSpace = { 'trainer.leaves': { type: 'int', low: 2, high: 9 } };
    const judging = { ...usualValidation, tuning: { trials: 5 }, spaces: { gbdt: space } };
    expect(toValidation(judging, 'gbdt')).toEqual({ tuning: { trials: 5, space } });
    expect(toValidation(judging, 'linear')).toEqual({ tuning: { trials: 5 } });
    expect(toValidation(judging, 'prior')).toEqual({});
    const folds = { kind: 'kfold', folds: 4 } as const;
    const nested = { ...judging, validation: { kind: 'nested', outer: folds, inner: folds } as const };
    expect(toValidation(nested, 'prior')).toEqual({ validation: folds });
    expect(Recipe.shape.validation.parse(toValidation(nested, 'gbdt').validation)).toMatchObject({
      kind: 'nested',
    });
  });
});
