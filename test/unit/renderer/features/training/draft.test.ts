import { describe, expect, it } from 'vitest';
import { allowedRoles } from '../../../../../engine/training/preprocessing/roles.ts';
import { type ColumnProfile, Recipe } from '../../../../../local-api/contract/index.ts';
import {
  aboveThreshold,
  changeTarget,
  type Draft,
  rolesByType,
  suggestDraft,
  suggestFeatures,
} from '../../../../../renderer/features/training/draft.ts';
import { draftProblems, placeProblem } from '../../../../../renderer/features/training/draft-problems.ts';
import { draftFromRecipe, toRecipe } from '../../../../../renderer/features/training/draft-recipe.ts';
import { featureWarnings } from '../../../../../renderer/features/training/feature-warnings.ts';
import { targetColumns } from '../../../../../renderer/features/training/target-draft.ts';
import { columnProfile, trainingData } from '../../../../kit/training-form.ts';

const { profile, version } = trainingData;
const draft = suggestDraft(version, profile, ['linear', 'gbdt']);

describe('the first draft', () => {
  it('predicts the column that is named like an answer', () => {
    expect(draft.target).toEqual({ kind: 'column', column: 'Species' });
    expect(draft.task).toBe('classification');
  });

  it('leaves constants and ids out of the features', () => {
    const included = Object.entries(draft.features).filter(([, feature]) => feature.included);
    expect(included.map(([name]) => name)).toEqual(['mass', 'seen']);
  });

  it('splits by time where rows have a date', () => {
    expect(draft.split).toMatchObject({ kind: 'time', column: 'seen' });
  });

  it('makes a recipe that the contract accepts, one a trainer', () => {
    for (const kind of ['linear', 'gbdt']) {
      expect(Recipe.parse(toRecipe(draft, kind)).trainer.kind).toBe(kind);
    }
  });
});

describe('rolesByType', () => {
  it('offers what the engine allows, the default first', () => {
    for (const [type, roles] of Object.entries(rolesByType)) {
      expect(roles).toEqual(allowedRoles(type as ColumnProfile['type']));
    }
  });
});

describe('targetColumns', () => {
  const names = ['delay', 'Dep Time', 'origin'];
  it('finds every column that an expression names, quoted or not, in any case', () => {
    expect(
      targetColumns(
        { kind: 'expression', name: 'late', expression: 'DELAY > 15 and "Dep Time" is not null' },
        names,
      ),
    ).toEqual(['delay', 'Dep Time']);
  });
  it('does not take quoted text for a column', () => {
    expect(targetColumns({ kind: 'expression', name: 'x', expression: "origin = 'delay'" }, names)).toEqual([
      'origin',
    ]);
  });
});

describe('featureWarnings', () => {
  const target = { kind: 'column', column: 'delay' } as const;
  it('suspects a column that is named like the target', () => {
    const [warning] = featureWarnings(columnProfile('arrival_delay', 'float'), target, profile);
    expect(warning?.text).toMatch(/named like the target/);
    expect(warning?.leaveOut).toBe(false);
  });
  it('says how much is missing when it is more than half', () => {
    const [warning] = featureWarnings(
      columnProfile('x', 'float', { count: 300, missing: 700 }),
      target,
      profile,
    );
    expect(warning?.text).toBe('70 % missing');
  });
  it('suspects a number that moves with the target, or with what it is made of', () => {
    const correlations = {
      columns: ['mass', 'delay'],
      pearson: [
        [1, -0.991],
        [-0.991, 1],
      ],
    };
    const related = {
      ...profile,
      columns: [...profile.columns, columnProfile('delay', 'float')],
      correlations,
    };
    const mass = columnProfile('mass', 'float');
    expect(featureWarnings(mass, target, related)).toMatchObject([
      { text: expect.stringMatching(/^moves with the target \(correlation 0\.991\)/) },
    ]);
    const late = { kind: 'expression', name: 'late', expression: 'delay > 15' } as const;
    expect(featureWarnings(mass, late, related)).toHaveLength(1);
    expect(featureWarnings(mass, { kind: 'column', column: 'mass' }, related)).toEqual([]);
  });
  it('has nothing against an ordinary column', () => {
    expect(featureWarnings(columnProfile('distance', 'float'), target, profile)).toEqual([]);
  });
});

describe('suggestFeatures', () => {
  it('never offers a column that the target is made of', () => {
    const target = { kind: 'expression', name: 'heavy', expression: 'mass > 4000' } as const;
    expect(Object.keys(suggestFeatures(profile, target))).not.toContain('mass');
  });
});

describe('changeTarget', () => {
  it('follows with task and features, and keeps what was chosen by hand', () => {
    const byHand = {
      ...draft,
      features: { ...draft.features, seen: { included: false, role: 'auto' as const } },
    };
    const next = changeTarget(byHand, { kind: 'column', column: 'mass' }, profile);
    expect(next.task).toBe('regression');
    expect(next.features.mass).toBeUndefined();
    expect(next.features.Species?.included).toBe(true);
    expect(next.features.seen?.included).toBe(false);
  });
  it('makes two classes of a number, whatever the column is called', () => {
    const target = aboveThreshold('Body "Mass" (g)', 4200);
    expect(target).toMatchObject({
      expression: '"Body ""Mass"" (g)" > 4200',
      name: 'Body_Mass_g_above_4200',
    });
    expect(targetColumns(target, ['Body "Mass" (g)'])).toEqual(['Body "Mass" (g)']);
  });
});

describe('draftFromRecipe', () => {
  it('makes the recipe that it was made from', () => {
    const recipe = Recipe.parse(toRecipe(draft, 'gbdt'));
    const again = draftFromRecipe(recipe, trainingData);
    expect(Recipe.parse(toRecipe(again, 'gbdt'))).toEqual(recipe);
  });
});

describe('draftProblems', () => {
  it('finds nothing wrong with the first draft', () => {
    expect(draftProblems(draft)).toEqual([]);
  });
  it('lists everything that is missing at once', () => {
    const empty: Draft = {
      ...draft,
      target: { kind: 'column', column: '' },
      features: {},
      trainers: {},
      experiment: ' ',
    };
    expect(draftProblems(empty).map((problem) => problem.section)).toEqual([
      'target',
      'features',
      'trainers',
      'experiment',
    ]);
  });
  it('lets the contract judge the settings and names the field', () => {
    const [problem] = draftProblems({ ...draft, trainers: { gbdt: { trees: 0 } } });
    expect(problem).toMatchObject({ section: 'trainers', field: 'gbdt.trees' });
  });
});

describe('placeProblem', () => {
  it.each([
    ['/recipe/target/expression', 'target', 'expression'],
    ['/body/recipe/split/column', 'split', 'column'],
    ['/recipe/features/roles/a~1b', 'features', 'a/b'],
    ['/trainer/trees', 'trainers', 'gbdt.trees'],
    ['/recipe/rows/where', 'rows', 'where'],
    ['/experimentId', 'experiment', ''],
    ['/something', 'data', ''],
  ])('puts %s where it is edited', (path, section, field) => {
    expect(placeProblem(path, 'm', 'gbdt')).toEqual({ section, field, message: 'm' });
  });
});

describe('faults of a search', () => {
  it('stand at the objective, the folds, the setting of the space, or the method', () => {
    const judging = { ...draft.judging, tuning: { objectives: [{ metric: '' }] } };
    expect(draftProblems({ ...draft, judging })).toMatchObject([
      { section: 'judging', field: 'tuning/objectives' },
    ]);
    const group = { kind: 'group', column: '' } as const;
    const nested = {
      ...draft.judging,
      validation: { kind: 'nested', outer: { kind: 'kfold' }, inner: group } as const,
    };
    expect(draftProblems({ ...draft, judging: nested })).toMatchObject([
      { field: 'validation/inner/column' },
    ]);
    const field = (path: string) => placeProblem(path, 'wrong', 'gbdt').field;
    expect(field('/recipe/tuning/space/trainer.leaves/low')).toBe('space.gbdt.trainer.leaves');
    expect(field('/recipe/tuning/space')).toBe('space.gbdt.');
    expect(field('/recipe/tuning/method/steps')).toBe('tuning/method/steps');
    expect(field('/recipe/tuning/trials')).toBe('tuning/trials');
    expect(field('/recipe/limits/seconds')).toBe('limits.seconds');
  });
});
