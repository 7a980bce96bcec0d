import type { Column, Problem, TransformStep } from '../../local-api/contract/index.ts';
import { checkExpression } from '../data/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { expectedNames } from '../store/index.ts';
import { checkSplit } from './check-split.ts';
import { type Find, finder, fits, found, namesOf, type Report, repeated } from './step-columns.ts';
import { joinedName, keyOf, type StepTable } from './step-sql.ts';

/** What a step is checked against. */
export type StepContext = {
  db: DuckDb;
  from: StepTable;
  /** SQL of a table without rows that has the columns of `from`. */
  empty: string;
  inputs: ReadonlyMap<string, StepTable>;
  /** Columns whose type is not known, since the step that makes them has faults. */
  unsure: ReadonlySet<string>;
  isLast: boolean;
};

export type CheckedStep = {
  /** With column names in the spelling of the table. */
  step: TransformStep;
  problems: Problem[];
};

type StepOf<K extends TransformStep['step']> = Extract<TransformStep, { step: K }>;
/** Everything that is wrong with a step, by JSON pointers below `path`. */
export async function checkStep(
  step: TransformStep,
  path: string,
  context: StepContext,
): Promise<CheckedStep> {
  const problems: Problem[] = [];
  const report: Report = (at, message, expected) =>
    problems.push({ path: `${path}${at}`, message, ...(expected === undefined ? {} : { expected }) });
  const find = finder(context.from, report);
  const checked = await check(step, context, find, report);
  return { step: checked, problems };
}

async function check(
  step: TransformStep,
  context: StepContext,
  find: Find,
  report: Report,
): Promise<TransformStep> {
  switch (step.step) {
    case 'filter': {
      const type = await typeOf(step.where, '/where', context, report);
      if (type !== null && type !== 'boolean')
        report(
          '/where',
          `This gives ${type === 'integer' ? 'an integer' : `a ${type}`}`,
          'a condition: true or false',
        );
      return step;
    }
    case 'derive': {
      await typeOf(step.expression, '/expression', context, report);
      const same = context.from.columns.find(({ name }) => name.toLowerCase() === step.column.toLowerCase());
      return { ...step, column: same?.name ?? step.column };
    }
    case 'select':
    case 'drop': {
      const columns = found(step.columns, '/columns', find);
      for (const name of repeated(columns)) report('/columns', `"${name}" is named twice`);
      if (step.step === 'drop' && new Set(columns).size === context.from.columns.length)
        report('/columns', 'No column would be left');
      return { ...step, columns };
    }
    case 'rename':
      return checkRename(step, context.from, find, report);
    case 'fill':
      return checkFill(step, context, find, report);
    case 'join':
      return checkJoin(step, context, find, report);
    case 'aggregate':
      return checkAggregate(step, find, report);
    case 'sort':
      return {
        ...step,
        by: step.by.map((key, index) => ({
          ...key,
          column: find(key.column, `/by/${index}/column`)?.name ?? key.column,
        })),
      };
    case 'distinct':
      return step.columns === undefined ? step : { ...step, columns: found(step.columns, '/columns', find) };
    case 'sample':
      if ((step.rows === undefined) === (step.fraction === undefined))
        report('', 'Say how many rows, or which fraction of them', 'rows or fraction');
      return step;
    case 'split':
      if (!context.isLast) report('', 'A split can only be the last step');
      return { ...step, by: await checkSplit(step.by, context.db, find, report) };
  }
}

/** The type of an expression over the columns, or null when it has faults or depends on what is not known. */
async function typeOf(
  expression: string,
  path: string,
  { db, from, empty, unsure }: StepContext,
  report: Report,
): Promise<Column['type'] | null> {
  try {
    const columns = from.columns.map(({ name }) => name);
    return await checkExpression(db, expression, columns, mentions(expression, unsure) ? null : empty);
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'datasets/bad-expression') throw thrown;
    for (const { message, expected } of thrown.problems ?? []) {
      const unknown = /^There is no column "(.*)"$/.exec(message)?.[1];
      report(path, message, unknown === undefined ? expected : namesOf(unknown, from));
    }
    return null;
  }
}

function mentions(expression: string, names: ReadonlySet<string>): boolean {
  const text = expression.toLowerCase();
  return [...names].some((name) => text.includes(name.toLowerCase()));
}

function checkRename(step: StepOf<'rename'>, from: StepTable, find: Find, report: Report): TransformStep {
  const columns: Record<string, string> = {};
  for (const [name, to] of Object.entries(step.columns)) {
    const column = find(name, `/columns/${pointer(name)}`);
    if (column !== null) columns[column.name] = to;
  }
  const names = from.columns.map(({ name }) => columns[name] ?? name);
  for (const name of repeated(names)) report('/columns', `Two columns would be called "${name}"`);
  return { ...step, columns };
}

const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const isNumber = (type: Column['type']): boolean => type === 'integer' || type === 'float';

async function checkFill(
  step: StepOf<'fill'>,
  context: StepContext,
  find: Find,
  report: Report,
): Promise<TransformStep> {
  const { with: filling } = step;
  const columns: string[] = [];
  for (const [index, name] of step.columns.entries()) {
    const column = find(name, `/columns/${index}`);
    columns.push(column?.name ?? name);
    if (column === null || context.unsure.has(column.name)) continue;
    if ((filling.kind === 'mean' || filling.kind === 'median') && !isNumber(column.type))
      report(
        `/columns/${index}`,
        `"${column.name}" holds no numbers, so it has no ${filling.kind}`,
        'mode, previous or a value',
      );
    if (filling.kind === 'value' && !(await fits(context.db, filling.value, column.type)))
      report('/with/value', `${JSON.stringify(filling.value)} does not fit "${column.name}"`, column.type);
  }
  return { ...step, columns };
}

const comparable = (type: Column['type']): string =>
  isNumber(type) ? 'number' : type === 'date' || type === 'datetime' ? 'time' : type;

function checkJoin(
  step: StepOf<'join'>,
  { from, inputs, unsure }: StepContext,
  find: Find,
  report: Report,
): TransformStep {
  const joined = inputs.get(step.with);
  if (joined === undefined) {
    report('/with', `There is no input "${step.with}"`, expectedNames(step.with, [...inputs.keys()]));
    return step;
  }
  const findRight = finder(joined, report);
  const on = step.on.map((key, index) => {
    const { left, right } = keyOf(key);
    const isPair = typeof key !== 'string';
    const a = find(left, isPair ? `/on/${index}/left` : `/on/${index}`);
    const b = findRight(right, isPair ? `/on/${index}/right` : `/on/${index}`);
    if (a !== null && b !== null && !unsure.has(a.name) && comparable(a.type) !== comparable(b.type))
      report(
        `/on/${index}`,
        `"${a.name}" (${a.type}) and "${b.name}" of ${step.with} (${b.type}) cannot be compared`,
      );
    return { left: a?.name ?? left, right: b?.name ?? right };
  });
  const checked = { ...step, on };
  const isKept = step.kind !== 'semi' && step.kind !== 'anti';
  const added = isKept ? joined.columns.flatMap(({ name }) => joinedName(name, checked, from) ?? []) : [];
  for (const name of repeated([...from.columns.map((column) => column.name), ...added]))
    report('/with', `Two columns would be called "${name}": rename or drop one before`);
  return checked;
}

const numeric = new Set(['sum', 'mean', 'median', 'std']);

function checkAggregate(step: StepOf<'aggregate'>, find: Find, report: Report): TransformStep {
  const by = found(step.by, '/by', find);
  const measures = step.measures.map((measure, index) => {
    const { column: name, function: measured } = measure;
    if (name === undefined) {
      if (measured !== 'count') report(`/measures/${index}/column`, `${measured} needs a column`);
      return measure;
    }
    const column = find(name, `/measures/${index}/column`);
    if (column !== null && numeric.has(measured) && !isNumber(column.type) && column.type !== 'boolean')
      report(
        `/measures/${index}/column`,
        `"${column.name}" holds no numbers, so it has no ${measured}`,
        'count, distinct, min, max, first or last',
      );
    return { ...measure, column: column?.name ?? name };
  });
  for (const name of repeated([...by, ...measures.map((measure) => measure.name)]))
    report('/measures', `Two columns would be called "${name}"`);
  return { ...step, by, measures };
}
