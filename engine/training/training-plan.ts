import type {
  Column,
  ColumnProfile,
  ColumnType,
  DatasetProfile,
  DatasetVersion,
  FeatureRole,
  Recipe,
} from '../../local-api/contract/index.ts';
import { quoteIdentifier } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { checkAuto } from './auto/check-auto.ts';
import { checkTrainer } from './check-trainer.ts';
import { checkPreprocessing } from './preprocessing/check-preprocessing.ts';
import { allowedRoles, defaultRole } from './preprocessing/roles.ts';
import { RecipeFaults } from './recipe-faults.ts';
import { columnsIn } from './sql-columns.ts';
import type { TableColumnRequest } from './table.ts';
import { maxClasses } from './training-target.ts';
import { checkSpace } from './tuning/space.ts';
import { checkValidation, doubtfulValidation, groupColumns } from './validation/check-validation.ts';

const minRows = 20;
/** Names of answers in `predictions.parquet` begin so. */
const reservedPrefix = 'assay.';

/** A recipe brought together with the data it is for. */
export type TrainingPlan = {
  /** Features to read. */
  columns: TableColumnRequest[];
  /** Columns to read that are no features: weights, and what figures are told apart by. */
  extras: TableColumnRequest[];
  target: { name: string; sql: string; type: ColumnType };
  /** Oldest rows come first by this column. */
  timeColumn: string | null;
  /** What a person should know but may have meant. */
  warnings: string[];
};

/** Gives the result type of an SQL expression over the columns of the dataset version; throws what is wrong with it. */
export type ExpressionCheck = (expression: string) => Promise<ColumnType>;

/**
 * Checks a recipe against a dataset version and its profile, and works out what to read.
 *
 * Without `features.include` every column is a feature except the target, or the columns that the target expression is
 * made of. Errors: `training/bad-recipe` with every fault found, paths as JSON pointers into the request.
 */
export async function planTraining(
  recipe: Recipe,
  version: DatasetVersion,
  profile: DatasetProfile,
  checkExpression: ExpressionCheck,
): Promise<TrainingPlan> {
  const faults = new RecipeFaults(version.columns.map(({ name }) => name));
  const target = await planTarget(recipe, version.columns, checkExpression, faults);
  await checkRows(recipe, version, checkExpression, faults);
  if (target) checkTargetValues(recipe, target, profile, version.rows, faults);
  checkValidation(recipe, version.columns, faults);
  checkGroup(recipe, target, faults);
  if (recipe.tuning !== undefined) checkSpace(recipe, recipe.tuning, faults);
  checkAuto(recipe, faults);
  const columns = planFeatures(recipe, version.columns, target, faults);
  checkPreprocessing(recipe.preprocessing, columns, faults);
  checkTrainer(recipe, columns, faults);
  const extras = planExtras(recipe, version.columns, columns, faults);
  faults.throwIfAny();
  // Without a fault there is a target.
  if (!target) throw new AssayError('internal', 'A recipe without a target passed the checks.');
  return {
    columns,
    extras,
    target: { name: target.name, sql: target.sql, type: target.type },
    timeColumn: recipe.split.kind === 'time' ? recipe.split.column : null,
    warnings: [...leakWarnings(columns, target), ...doubtfulValidation(recipe, columns)],
  };
}

type PlannedTarget = TrainingPlan['target'] & { madeOf: ReadonlySet<string>; column: string | null };

async function planTarget(
  recipe: Recipe,
  columns: readonly Column[],
  checkExpression: ExpressionCheck,
  faults: RecipeFaults,
): Promise<PlannedTarget | null> {
  if ('column' in recipe.target) {
    const { column: name } = recipe.target;
    const column = columns.find((candidate) => candidate.name === name);
    if (!column) {
      faults.unknownColumn('/target/column', name);
      return null;
    }
    return { name, sql: quoteIdentifier(name), type: column.type, madeOf: new Set([name]), column: name };
  }
  const { name, expression } = recipe.target;
  try {
    const type = await checkExpression(expression);
    const madeOf = columnsIn(
      expression,
      columns.map((column) => column.name),
    );
    return { name, sql: `(${expression}\n)`, type, madeOf, column: null };
  } catch (thrown) {
    faults.add('/target/expression', messageOf(thrown), 'an SQL expression over the columns');
    return null;
  }
}

async function checkRows(
  { rows }: Recipe,
  version: DatasetVersion,
  checkExpression: ExpressionCheck,
  faults: RecipeFaults,
): Promise<void> {
  if (version.rows < minRows) {
    const rows = version.rows === 1 ? '1 row' : `${version.rows} rows`;
    faults.add('/dataset', `the data has ${rows}; at least ${minRows} are needed`);
  }
  if (rows.where === undefined) return;
  try {
    const type = await checkExpression(rows.where);
    if (type !== 'boolean')
      faults.add('/rows/where', `the condition gives a ${type}`, 'a condition: true or false');
  } catch (thrown) {
    faults.add('/rows/where', messageOf(thrown), 'an SQL condition over the columns');
  }
}

/** What the profile can tell about the target before any row is read. */
function checkTargetValues(
  recipe: Recipe,
  target: PlannedTarget,
  profile: DatasetProfile,
  rows: number,
  faults: RecipeFaults,
): void {
  const at = target.column === null ? '/target/expression' : '/target/column';
  if (recipe.task !== 'classification') {
    if (!['integer', 'float', 'boolean'].includes(target.type)) {
      faults.add(at, `"${target.name}" holds ${target.type} values`, 'numbers, or the task classification');
    }
    if (recipe.positive !== undefined)
      faults.add('/positive', `${recipe.task} has no positive class`, 'nothing');
  } else if (target.type === 'boolean') {
    checkPositive(recipe, ['false', 'true'], faults);
  }
  const column = profile.columns.find(({ name }) => name === target.column);
  if (column) checkTargetProfile(recipe, column, at, rows, faults);
}

function checkTargetProfile(
  recipe: Recipe,
  { name, count, distinct, type, topValues }: ColumnProfile,
  at: string,
  rows: number,
  faults: RecipeFaults,
): void {
  if (count === 0) {
    faults.add(at, `"${name}" is missing in all ${rows} rows`, 'a column with values');
  } else if (distinct <= 1) {
    faults.add(at, `"${name}" has the same value in every row`, 'at least two different values');
  } else if (recipe.task === 'classification') {
    if (distinct > 1.1 * maxClasses) {
      const advice = type === 'integer' || type === 'float' ? '; use the task regression for numbers' : '';
      faults.add(
        at,
        `"${name}" has about ${distinct} different values${advice}`,
        `at most ${maxClasses} classes`,
      );
    } else if (topValues.length === distinct && (type === 'string' || type === 'integer')) {
      checkPositive(
        recipe,
        topValues.map(({ value }) => String(value)),
        faults,
      );
    }
  }
}

function checkPositive({ positive }: Recipe, classes: readonly string[], faults: RecipeFaults): void {
  if (positive === undefined || classes.includes(positive)) return;
  faults.add('/positive', `"${positive}" is not a class of the target`, `one of ${classes.join(', ')}`);
}

function planFeatures(
  recipe: Recipe,
  columns: readonly Column[],
  target: PlannedTarget | null,
  faults: RecipeFaults,
): TableColumnRequest[] {
  const { include, exclude, roles } = recipe.features;
  const byName = new Map(columns.map((column) => [column.name, column]));
  include?.forEach((name, i) => {
    if (!byName.has(name)) faults.unknownColumn(`/features/include/${i}`, name);
    if (name === target?.column)
      faults.add(`/features/include/${i}`, `"${name}" is the target`, 'another column');
    if (exclude.includes(name)) faults.add(`/features/include/${i}`, `"${name}" is also in exclude`);
  });
  exclude.forEach((name, i) => {
    if (!byName.has(name)) faults.unknownColumn(`/features/exclude/${i}`, name);
  });
  for (const [name, role] of Object.entries(roles)) checkRole(name, role, byName.get(name), faults);

  const chosen = columns.filter(({ name }) => {
    if (exclude.includes(name)) return false;
    if (include) return include.includes(name) && name !== target?.column;
    return !target?.madeOf.has(name) && name !== recipe.weights.column && name !== recipe.group;
  });
  if (chosen.length === 0) faults.add('/features', 'no column is left to learn from', 'at least one feature');
  for (const { name } of chosen) {
    if (name.toLowerCase().startsWith(reservedPrefix)) {
      faults.add('/features', `"${name}" begins with "${reservedPrefix}", which Assay keeps for answers`);
    }
    if (name === '__proto__') {
      faults.add(
        '/features',
        '"__proto__" cannot be sent to a model as a field',
        'a feature of another name',
      );
    }
    if (name === target?.name && target.column === null) {
      faults.add('/target/name', `"${name}" is also a feature`, 'a name that no feature has');
    }
  }
  return chosen.map(({ name, type, nullable }) => ({
    name,
    type,
    nullable,
    // A column may be called "constructor".
    role: (Object.hasOwn(roles, name) ? roles[name] : undefined) ?? defaultRole(type),
  }));
}

/** What is read besides the features: weights, slices, groups. */
function planExtras(
  recipe: Recipe,
  columns: readonly Column[],
  features: readonly TableColumnRequest[],
  faults: RecipeFaults,
): TableColumnRequest[] {
  const { weights, evaluation } = recipe;
  const byName = new Map(columns.map((column) => [column.name, column]));
  const wanted = [
    ...(weights.column === undefined ? [] : [{ name: weights.column, at: '/weights/column' }]),
    ...(recipe.group === undefined ? [] : [{ name: recipe.group, at: '/group' }]),
    ...evaluation.slices.map((name, i) => ({ name, at: `/evaluation/slices/${i}` })),
    ...evaluation.fairness.map((name, i) => ({ name, at: `/evaluation/fairness/${i}` })),
    ...groupColumns(recipe),
  ];
  for (const { name, at } of wanted) if (!byName.has(name)) faults.unknownColumn(at, name);
  const weight = byName.get(weights.column ?? '');
  if (weight && weight.type !== 'integer' && weight.type !== 'float') {
    faults.add('/weights/column', `"${weight.name}" holds ${weight.type} values`, 'a column of numbers');
  }
  if (recipe.task !== 'classification') checkForClassesOnly(recipe, faults);
  const others = new Set(wanted.map(({ name }) => name).filter((name) => byName.has(name)));
  for (const { name } of features) others.delete(name);
  return columns
    .filter(({ name }) => others.has(name))
    .map(({ name, type, nullable }) => ({ name, type, nullable, role: defaultRole(type) }));
}

function checkForClassesOnly(
  { task, weights, calibration, threshold, evaluation }: Recipe,
  faults: RecipeFaults,
): void {
  const refuse = (path: string, what: string) => faults.add(path, `${task} has no ${what}`, 'nothing');
  if (weights.classes !== undefined) refuse('/weights/classes', 'classes to weigh');
  if (calibration !== 'none') refuse('/calibration', 'probabilities to calibrate');
  if (threshold.by !== 'fixed') refuse('/threshold', 'threshold');
  if (evaluation.fairness.length > 0) refuse('/evaluation/fairness', 'answers to choose; use slices');
}

/** Checks what tells the rows apart that are put in order together, and that no part of the data divides them. */
function checkGroup(
  { task, group, split, validation, auto }: Recipe,
  target: PlannedTarget | null,
  faults: RecipeFaults,
): void {
  if (task !== 'ranking') {
    if (group !== undefined) faults.add('/group', `${task} puts no rows in order`, 'the task ranking');
    return;
  }
  if (group === undefined) {
    faults.add(
      '/group',
      'ranking needs the column that is equal for rows to put in order together',
      'a column',
    );
  } else if (target?.madeOf.has(group)) faults.add('/group', `"${group}" is the target`, 'another column');
  if (auto !== undefined) {
    faults.add('/auto', 'Assay chooses among models for classes and for numbers', 'a trainer');
  }
  if (split.kind === 'group' && split.column !== group) {
    faults.add(
      '/split/column',
      'would share out rows that are put in order together',
      `group, or split.kind: random`,
    );
  }
  const schemes = validation.kind === 'nested' ? [validation.outer, validation.inner] : [validation];
  if (schemes.some(({ kind }) => kind === 'timeSeries')) {
    faults.add(
      '/validation',
      'folds in time would share out rows that are put in order together',
      'kind: kfold',
    );
  }
  if (schemes.some((scheme) => scheme.kind === 'group' && scheme.column !== group)) {
    faults.add(
      '/validation',
      'would share out rows that are put in order together',
      'kind: kfold, which keeps them together',
    );
  }
}

function checkRole(name: string, role: FeatureRole, column: Column | undefined, faults: RecipeFaults): void {
  const at = `/features/roles/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (!column) faults.unknownColumn(at, name);
  else if (!allowedRoles(column.type).includes(role)) {
    const allowed = allowedRoles(column.type).join(' or ');
    faults.add(at, `"${name}" holds ${column.type} values and cannot be a ${role}`, allowed);
  }
}

function leakWarnings(columns: readonly TableColumnRequest[], target: PlannedTarget): string[] {
  return columns
    .filter(({ name }) => target.madeOf.has(name))
    .map(
      ({ name }) =>
        `The target is computed from "${name}", which is also a feature: the model may only repeat it.`,
    );
}
