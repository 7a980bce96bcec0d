import {
  type Column,
  type Problem,
  TransformDefinition,
  type TransformStep,
} from '../../local-api/contract/index.ts';
import { checkQueryOver, describeAnswer } from '../data/index.ts';
import { type DuckDb, quoteIdentifier as id } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { checkStep } from './check-step.ts';
import { emptyTable } from './step-columns.ts';
import { joinedName, partNames, type StepTable, splitSql, stepSql } from './step-sql.ts';

/** An input as the query sees it: its columns, and the SQL that stands for its rows. */
export type InputTable = { columns: readonly Column[]; from: string };

export type TransformPlan = {
  problems: Problem[];
  /** As far as there are no faults. */
  steps: { columns: Column[]; sql: string }[];
  /** Of the answer; empty while there are faults. */
  columns: Column[];
  /** For people: without the files behind the inputs. */
  sql: string | null;
  /** For DuckDB: the rows of the answer with the types of a snapshot; null while there are faults. */
  select: string | null;
  /** What is written: one dataset, or one a part of a split. `select` is over the table "answer" with the columns. */
  outputs: { part: string; dataset: string; select: string }[];
};

/** The table that the parts of a split are taken from. */
export const ANSWER = 'answer';

/** Types of DuckDB that are those of snapshots. */
const snapshotTypes = new Set(['BIGINT', 'DOUBLE', 'BOOLEAN', 'VARCHAR', 'TIMESTAMP', 'DATE']);

/**
 * Checks a definition and compiles it into one SELECT. Every step is checked against a table without rows, so it costs some
 * milliseconds a step whatever the size of the data. Faults are all told at once; a step with faults does not hide those of the
 * steps after it, except where they depend on it.
 *
 * `upTo` compiles the steps until that one (0 the first; -1: the first input as it is).
 */
export async function planTransform(
  db: DuckDb,
  definition: TransformDefinition,
  inputs: ReadonlyMap<string, InputTable>,
  upTo?: number,
): Promise<TransformPlan> {
  const problems = shapeProblems(definition, inputs);
  const first = [...inputs][0];
  if (first === undefined) return failed(problems, []);
  if (definition.sql !== undefined) {
    if (problems.length > 0) return failed(problems, []);
    return planSql(db, definition.sql, definition.output, inputs);
  }
  const steps = definition.steps ?? [];
  const compiled = await compileSteps(
    db,
    steps.slice(0, upTo === undefined ? steps.length : upTo + 1),
    inputs,
  );
  problems.push(...compiled.problems);
  if (problems.length > 0) return failed(problems, compiled.steps);
  const { ctes, last } = compiled;
  const body = [...inputs].map(([alias, { from }]) => `${id(alias)} AS (SELECT * FROM ${from})`);
  const all = `WITH ${[...body, ...ctes.map(({ name, sql }) => `${id(name)} AS (${sql})`)].join(',\n')}\nSELECT * FROM ${id(last.name)}`;
  const answer = await describeAnswer(db, all, { path: '/steps', wide: 'integer' });
  const split = upTo === undefined || upTo === steps.length - 1 ? steps.at(-1) : undefined;
  return {
    problems,
    steps: compiled.steps,
    columns: answer.columns,
    sql: shownSql(ctes, last.name),
    select: answer.select,
    outputs: outputsOf(split, definition.output, answer.columns),
  };
}

async function planSql(
  db: DuckDb,
  sql: string,
  output: string,
  inputs: ReadonlyMap<string, InputTable>,
): Promise<TransformPlan> {
  const tables = Object.fromEntries([...inputs].map(([alias, { from }]) => [alias, from]));
  try {
    const { columns, select } = await checkQueryOver(db, sql, { tables, path: '/sql', wide: 'integer' });
    const outputs = [{ part: '', dataset: output, select: `SELECT * FROM ${ANSWER}` }];
    return { problems: [], steps: [], columns, sql: sql.trim(), select, outputs };
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'datasets/bad-expression') throw thrown;
    return failed([...(thrown.problems ?? [])], []);
  }
}

function failed(problems: Problem[], steps: TransformPlan['steps']): TransformPlan {
  return { problems, steps, columns: [], sql: null, select: null, outputs: [] };
}

function shapeProblems(definition: TransformDefinition, inputs: ReadonlyMap<string, InputTable>): Problem[] {
  const problems: Problem[] = [];
  if (inputs.size === 0)
    problems.push({ path: '/inputs', message: 'There is no input', expected: 'at least one dataset' });
  if ((definition.sql === undefined) === (definition.steps === undefined))
    problems.push({
      path: '',
      message: 'Say what is done with the inputs',
      expected: 'sql or steps, not both',
    });
  for (const alias of inputs.keys())
    if (/^(step_\d+|answer)$/i.test(alias))
      problems.push({
        path: `/inputs/${alias}`,
        message: `"${alias}" is a name that is used inside`,
        expected: 'another name',
      });
  return problems;
}

type Compiled = {
  problems: Problem[];
  steps: TransformPlan['steps'];
  ctes: { name: string; sql: string }[];
  last: StepTable;
};

async function compileSteps(
  db: DuckDb,
  steps: readonly TransformStep[],
  inputs: ReadonlyMap<string, InputTable>,
): Promise<Compiled> {
  const tables = new Map([...inputs].map(([name, { columns }]) => [name, { name, columns }]));
  const problems: Problem[] = [];
  const done: TransformPlan['steps'] = [];
  const ctes: Compiled['ctes'] = [];
  const unsure = new Set<string>();
  let last: StepTable = [...tables.values()][0] ?? { name: '', columns: [] };
  for (const [index, given] of steps.entries()) {
    const context = {
      db,
      from: last,
      empty: emptyTable(last.columns, id),
      inputs: tables,
      unsure,
      isLast: index === steps.length - 1,
    };
    const checked = await checkStep(given, `/steps/${index}`, context);
    const name = `step_${index + 1}`;
    const joined = checked.step.step === 'join' ? (tables.get(checked.step.with) ?? null) : null;
    const result =
      checked.problems.length === 0
        ? await describeStep(db, checked.step, last, joined, `/steps/${index}`)
        : checked.problems;
    if (Array.isArray(result)) {
      problems.push(...result);
      last = { name, columns: likelyColumns(checked.step, last, joined, unsure) };
      continue;
    }
    last = { name, columns: result.columns };
    ctes.push({ name, sql: result.sql });
    if (problems.length === 0) done.push(result);
  }
  return { problems, steps: done, ctes, last };
}

/** The columns after a step, and its SQL with the types of a snapshot. */
async function describeStep(
  db: DuckDb,
  step: TransformStep,
  from: StepTable,
  joined: StepTable | null,
  path: string,
): Promise<{ columns: Column[]; sql: string } | Problem[]> {
  const sql = stepSql(step, from, joined);
  const tables = new Map(
    [from, ...(joined === null ? [] : [joined])].map((table) => [table.name, table.columns]),
  );
  const given = [...tables].map(([name, columns]) => `${id(name)} AS ${emptyTable(columns, id)}`);
  try {
    const answer = await describeAnswer(db, `WITH ${given.join(', ')} SELECT * FROM (${sql})`, {
      path,
      wide: 'integer',
    });
    return { columns: answer.columns, sql: withSnapshotTypes(sql, answer.conversions) };
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'datasets/bad-expression')
      return [...(thrown.problems ?? [])];
    throw thrown;
  }
}

/** Converts what a snapshot has no type for; the steps after it then see what was checked. */
function withSnapshotTypes(
  sql: string,
  conversions: readonly { name: string; nativeType: string; sql: string }[],
): string {
  if (conversions.every(({ nativeType }) => snapshotTypes.has(nativeType))) return sql;
  const list = conversions.map(({ name, nativeType, sql: converted }) =>
    snapshotTypes.has(nativeType) ? id(name) : `${converted} AS ${id(name)}`,
  );
  return `SELECT ${list.join(', ')} FROM (${sql})`;
}

/** The columns that a step with faults would most likely give, so that the steps after it can be checked too. */
function likelyColumns(
  step: TransformStep,
  from: StepTable,
  joined: StepTable | null,
  unsure: Set<string>,
): Column[] {
  const known = new Map(from.columns.map((column) => [column.name, column]));
  const made = (name: string): Column => {
    unsure.add(name);
    return { name, type: 'float', nullable: true };
  };
  switch (step.step) {
    case 'derive':
      return known.has(step.column) ? [...from.columns] : [...from.columns, made(step.column)];
    case 'select':
      return step.columns.map((name) => known.get(name) ?? made(name));
    case 'drop':
      return from.columns.filter(({ name }) => !step.columns.includes(name));
    case 'rename':
      return from.columns.map((column) => ({ ...column, name: step.columns[column.name] ?? column.name }));
    case 'join':
      return [
        ...from.columns,
        ...(joined?.columns ?? []).flatMap((column) => {
          const name = joinedName(column.name, step, from);
          return name === null ? [] : [{ ...column, name }];
        }),
      ];
    case 'aggregate':
      return [
        ...step.by.map((name) => known.get(name) ?? made(name)),
        ...step.measures.map(({ name }) => made(name)),
      ];
    default:
      return [...from.columns];
  }
}

function shownSql(ctes: readonly { name: string; sql: string }[], last: string): string {
  const end = `SELECT * FROM ${id(last)}`;
  if (ctes.length === 0) return end;
  return `WITH ${ctes.map(({ name, sql }) => `${name} AS (\n  ${sql}\n)`).join(',\n')}\n${end}`;
}

function outputsOf(
  step: TransformStep | undefined,
  dataset: string,
  columns: Column[],
): TransformPlan['outputs'] {
  if (step?.step !== 'split') return [{ part: '', dataset, select: `SELECT * FROM ${ANSWER}` }];
  return splitSql(step.by, { name: ANSWER, columns }).map(({ part, select }) => ({
    part,
    dataset: `${dataset}-${part}`,
    select,
  }));
}

/** The datasets that a definition writes. */
export function outputDatasets({ output, steps }: TransformDefinition): string[] {
  const last = steps?.at(-1);
  return last?.step === 'split' ? partNames(last.by).map((part) => `${output}-${part}`) : [output];
}

/**
 * Reads a definition from what somebody sent. Gives its faults instead where it has not the right shape, each with its place.
 */
export function readDefinition(sent: unknown): { definition: TransformDefinition } | { problems: Problem[] } {
  const parsed = TransformDefinition.safeParse(sent);
  if (parsed.success) return { definition: parsed.data };
  return {
    problems: parsed.error.issues.map(({ path, message }) => ({
      path: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      message,
    })),
  };
}
