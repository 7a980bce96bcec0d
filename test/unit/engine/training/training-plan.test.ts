import { expect, test } from 'vitest';
import { AssayError } from '../../../../engine/errors.ts';
import { planTraining } from '../../../../engine/training/training-plan.ts';
import {
  type Column,
  type ColumnProfile,
  type DatasetProfile,
  type DatasetVersion,
  Recipe,
  type RecipeInput,
} from '../../../../local-api/contract/index.ts';

const columns: Column[] = [
  { name: 'date', type: 'datetime', nullable: false },
  { name: 'delay', type: 'integer', nullable: true },
  { name: 'origin', type: 'string', nullable: false },
  { name: 'seat', type: 'float', nullable: false },
  { name: 'Carrier Name', type: 'string', nullable: false },
];

const version: DatasetVersion = {
  id: 'v1',
  dataset: 'flights',
  version: 1,
  digest: `sha256:${'0'.repeat(64)}`,
  rows: 1000,
  sizeBytes: 1,
  columns,
  source: { kind: 'sample', name: 'flights' },
  sourceName: 'flights',
  options: {},
  badRows: 0,
  addedBytes: 1000,
  files: 1,
  aliases: [],
  deletedAtMs: null,
  note: '',
  tags: {},
  createdAtMs: 0,
};

function profileOf(name: string, changes: Partial<ColumnProfile>): ColumnProfile {
  const type = columns.find((column) => column.name === name)?.type ?? 'string';
  return {
    name,
    type,
    count: 1000,
    missing: 0,
    distinct: 10,
    min: null,
    max: null,
    mean: null,
    std: null,
    quantiles: null,
    zeros: null,
    histogram: null,
    topValues: [],
    textLength: null,
    warnings: [],
    ...changes,
  };
}

async function plan(input: Partial<RecipeInput>, profile: ColumnProfile[] = [], from = version) {
  const recipe = Recipe.parse({
    task: 'classification',
    dataset: 'v1',
    target: { column: 'origin' },
    trainer: { kind: 'prior' },
    ...input,
  });
  const full: DatasetProfile = {
    rows: 1000,
    columns: profile,
    correlations: null,
    duplicateRows: null,
    warnings: [],
  };
  return planTraining(recipe, from, full, async (expression) => {
    if (expression.includes('nonsense'))
      throw new AssayError('datasets/bad-expression', 'no column nonsense');
    return expression.includes('>') ? 'boolean' : 'float';
  });
}

async function problems(...given: Parameters<typeof plan>): Promise<{ path: string; message: string }[]> {
  try {
    await plan(...given);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'training/bad-recipe')
      return [...(thrown.problems ?? [])];
    throw thrown;
  }
  return [];
}

test('without a list every column but the target is a feature, in the role of its type', async () => {
  const { columns: features } = await plan({});
  expect(features.map(({ name, role }) => [name, role])).toEqual([
    ['date', 'datetime'],
    ['delay', 'number'],
    ['seat', 'number'],
    ['Carrier Name', 'category'],
  ]);
});

test('a column may have the name of what every object has', async () => {
  const names = ['constructor', 'toString'];
  const odd = names.map((name) => ({ name, type: 'string' as const, nullable: false }));
  const { columns: features } = await plan({}, [], { ...version, columns: [...columns, ...odd] });
  expect(features.slice(-2)).toEqual(odd.map((column) => ({ ...column, role: 'category' })));
});

test('a column called __proto__ is refused as a feature, which no request could send', async () => {
  const odd: Column = { name: '__proto__', type: 'float', nullable: false };
  const from = { ...version, columns: [...columns, odd] };
  expect(await problems({}, [], from)).toMatchObject([{ path: '/recipe/features' }]);
  expect(await problems({ features: { exclude: ['__proto__'] } }, [], from)).toEqual([]);
});

test('columns that a target expression is made of are no features', async () => {
  const names = async (expression: string) =>
    (await plan({ target: { name: 'late', expression } })).columns.map(({ name }) => name);
  expect(await names('delay > 15')).not.toContain('delay');
  expect(await names('"Carrier Name" > \'delay\'')).toEqual(['date', 'delay', 'origin', 'seat']);
  expect(await names('DELAY > 15 -- seat')).toEqual(['date', 'origin', 'seat', 'Carrier Name']);
});

test('asking for such a column all the same gives a warning', async () => {
  const { columns: features, warnings } = await plan({
    target: { name: 'late', expression: 'delay > 15' },
    features: { include: ['delay', 'origin'] },
  });
  expect(features).toHaveLength(2);
  expect(warnings).toEqual([expect.stringContaining('"delay"')]);
});

test.each<[string, Partial<RecipeInput>, ColumnProfile[], string, string]>([
  ['a target that is not there', { target: { column: 'orgin' } }, [], '/recipe/target/column', '"origin"'],
  [
    'a bad expression',
    { target: { name: 'x', expression: 'nonsense' } },
    [],
    '/recipe/target/expression',
    'nonsense',
  ],
  [
    'a target among the features',
    { features: { include: ['origin', 'seat'] } },
    [],
    '/recipe/features/include/0',
    'target',
  ],
  [
    'a column in both lists',
    { features: { include: ['seat', 'date'], exclude: ['seat'] } },
    [],
    '/recipe/features/include/0',
    'exclude',
  ],
  [
    'an unknown column to exclude',
    { features: { exclude: ['sea'] } },
    [],
    '/recipe/features/exclude/0',
    '"seat"',
  ],
  [
    'a role that does not fit',
    { features: { roles: { date: 'category' } } },
    [],
    '/recipe/features/roles/date',
    'datetime',
  ],
  ['nothing left', { features: { include: [] } }, [], '/recipe/features', 'no column'],
  ['a constant target', {}, [profileOf('origin', { distinct: 1 })], '/recipe/target/column', 'same value'],
  [
    'a target that is all missing',
    {},
    [profileOf('origin', { count: 0, distinct: 0 })],
    '/recipe/target/column',
    'missing',
  ],
  ['too many classes', {}, [profileOf('origin', { distinct: 900 })], '/recipe/target/column', '900'],
  ['regression on texts', { task: 'regression' }, [], '/recipe/target/column', 'string'],
  [
    'regression with a positive class',
    { task: 'regression', target: { column: 'seat' }, positive: 'a' },
    [],
    '/recipe/positive',
    'regression',
  ],
  [
    'a positive that is no class',
    { positive: 'x' },
    [
      profileOf('origin', {
        distinct: 2,
        topValues: [
          { value: 'a', count: 1 },
          { value: 'b', count: 1 },
        ],
      }),
    ],
    '/recipe/positive',
    '"x"',
  ],
  [
    'a positive of a condition',
    { target: { name: 'late', expression: 'delay > 1' }, positive: 'yes' },
    [],
    '/recipe/positive',
    '"yes"',
  ],
  [
    'a split by a text',
    { split: { kind: 'time', column: 'Carrier Name' } },
    [],
    '/recipe/split/column',
    'string',
  ],
  ['a split by nothing', { split: { kind: 'time', column: 'dates' } }, [], '/recipe/split/column', '"date"'],
  [
    'shares above the whole',
    { split: { kind: 'random', test: 0.6, validation: 0.4 } },
    [],
    '/recipe/split',
    'together',
  ],
  ['a filter that is no condition', { rows: { where: 'seat + 1' } }, [], '/recipe/rows/where', 'float'],
  [
    'a name that a feature has',
    { target: { name: 'seat', expression: 'delay > 1' } },
    [],
    '/recipe/target/name',
    'feature',
  ],
  [
    'settings of a column that is no feature',
    { preprocessing: { columns: { sea: { scale: 'robust' } } } },
    [],
    '/recipe/preprocessing/columns/sea',
    '"seat"',
  ],
  [
    'a setting that the role of the column does not have',
    { preprocessing: { columns: { seat: { encoding: 'target' } } } },
    [],
    '/recipe/preprocessing/columns/seat/encoding',
    'is a number',
  ],
  [
    'a category to fill in that is not named',
    { preprocessing: { columns: { 'Carrier Name': { missing: 'constant' } } } },
    [],
    '/recipe/preprocessing/columns/Carrier Name/fillCategory',
    'needs the category',
  ],
  [
    'a product with a category',
    { preprocessing: { interactions: [{ kind: 'product', columns: ['seat', 'Carrier Name'] }] } },
    [],
    '/recipe/preprocessing/interactions/0/columns/1',
    'which is a category',
  ],
  [
    'the difference of a date and a number',
    { preprocessing: { interactions: [{ kind: 'difference', columns: ['date', 'seat'] }] } },
    [],
    '/recipe/preprocessing/interactions/0/columns',
    'a date and a number',
  ],
  [
    'an interaction with the target',
    { preprocessing: { interactions: [{ kind: 'cross', columns: ['Carrier Name', 'origin'] }] } },
    [],
    '/recipe/preprocessing/interactions/0/columns/1',
    'not among the features',
  ],
])('refuses %s', async (_, recipe, profile, path, message) => {
  expect(await problems(recipe, profile)).toEqual([
    expect.objectContaining({ path, message: expect.stringContaining(message) }),
  ]);
});

test('refuses a dataset of a few rows', async () => {
  expect(await problems({}, [], { ...version, rows: 12 })).toMatchObject([{ path: '/recipe/dataset' }]);
});

test('refuses a feature under a name that Assay keeps for answers', async () => {
  const reserved = {
    ...version,
    columns: [...columns, { name: 'assay.label', type: 'string', nullable: false } as const],
  };
  expect(await problems({}, [], reserved)).toMatchObject([{ path: '/recipe/features' }]);
});

test('escapes names in the paths of problems', async () => {
  expect(await problems({ features: { roles: { 'a/b~c': 'number' } } })).toMatchObject([
    { path: '/recipe/features/roles/a~1b~0c' },
  ]);
});

test('features that can have no direction are refused as monotone', async () => {
  const monotone = {
    seat: 'increasing',
    'date.hour': 'increasing',
    'Carrier Name': 'decreasing',
    seats: 'increasing',
  } as const;
  const thrown = await plan({ trainer: { kind: 'gbdt', monotone } }).catch((error: unknown) => error);
  expect(thrown instanceof AssayError ? thrown.problems : thrown).toEqual([
    expect.objectContaining({
      path: '/recipe/trainer/monotone/Carrier Name',
      message: '"Carrier Name" is a category, and categories have no direction',
    }),
    expect.objectContaining({
      path: '/recipe/trainer/monotone/seats',
      message: '"seats" is not among the features; did you mean seat?',
    }),
  ]);
});

const order = { task: 'ranking', target: { column: 'delay' }, trainer: { kind: 'gbdt' } } as const;

test('the column that rows are put in order within is read and is no feature', async () => {
  const { columns: features, extras } = await plan({ ...order, group: 'Carrier Name' });
  expect(features.map(({ name }) => name)).toEqual(['date', 'origin', 'seat']);
  expect(extras).toEqual([expect.objectContaining({ name: 'Carrier Name', role: 'category' })]);
});

test('what has no meaning for an order is refused, all at once', async () => {
  const thrown = await plan({
    ...order,
    trainer: { kind: 'linear' },
    calibration: 'sigmoid',
    threshold: { by: 'f1' },
    positive: 'x',
    split: { kind: 'group', column: 'origin' },
    validation: { kind: 'group', column: 'origin', folds: 3 },
    auto: {},
  }).catch((error: unknown) => error);
  const problems = thrown instanceof AssayError ? (thrown.problems ?? []) : [];
  expect(problems.map(({ path }) => path).sort()).toEqual([
    '/recipe/auto',
    '/recipe/calibration',
    '/recipe/group',
    '/recipe/positive',
    '/recipe/split/column',
    '/recipe/threshold',
    '/recipe/trainer/kind',
    '/recipe/validation',
  ]);
});

test('a group is only for orders, and is another column than the target', async () => {
  const paths = async (input: Partial<RecipeInput>) => {
    const thrown = await plan(input).catch((error: unknown) => error);
    return thrown instanceof AssayError ? thrown.problems?.map(({ path }) => path) : thrown;
  };
  expect(await paths({ group: 'seat' })).toEqual(['/recipe/group']);
  expect(await paths({ ...order, group: 'delay' })).toEqual(['/recipe/group']);
  expect(await paths({ ...order, group: 'Carrier' })).toEqual(['/recipe/group']);
});
