import type {
  Column,
  ColumnRule,
  DataSchema,
  RuleResult,
  SchemaColumn,
  TableRule,
} from '../../../local-api/contract/index.ts';
import { countText, figureText, wordsOfRule } from '../../../local-api/contract/rule-words.ts';
import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import { columnId, columnOrderId, extraColumnsId } from '../name-rules.ts';
import { type CheckInput, isThere } from './check-input.ts';
import { type CompareDistributions, compareDistributions } from './distributions.ts';
import { keyColumns } from './failing-rows.ts';
import { judgeCounts, judgeFigure, judgeMissing, type Outcome, unjudged } from './judge.ts';
import {
  applicable,
  isRowRule,
  type RowRule,
  rowTest,
  typeFits,
  unreadableTest,
  whyNot,
} from './row-tests.ts';
import { faultAt, numberAt, type Scan, type ScanAnswer } from './scan.ts';
import { conditionAggregates, countRepeated, countUnmatched, countUnordered } from './table-checks.ts';
import { countQueryRows, freshness } from './time-checks.ts';

/** A result that is still to be filled in. */
export type Planned = {
  ruleId: string;
  kind: string;
  column: string | null;
  severity: RuleResult['severity'];
  expected: string;
  settle(answers: readonly ScanAnswer[], db: DuckDb): Outcome | Promise<Outcome>;
};

/** What to look at for each rule. Asks the scan for what one pass can count; the rest runs when it is settled. */
export function planCheck(input: CheckInput, scan: Scan): Planned[] {
  const { schema, columns } = input;
  const byName = new Map(columns.map((column) => [column.name, column]));
  const distributions = compareDistributions(input);
  return [
    ...schema.columns.flatMap((wanted) =>
      planColumn(wanted, byName.get(wanted.name), { input, scan, distributions }),
    ),
    ...schema.rows.map((rule) => planTableRule(rule, input, scan)),
    ...planExtra(schema, columns),
    ...planOrder(schema, columns),
  ];
}

type Tools = { input: CheckInput; scan: Scan; distributions: CompareDistributions };

function planColumn(wanted: SchemaColumn, column: Column | undefined, tools: Tools): Planned[] {
  const rules = wanted.rules.map((rule): Planned => {
    const base = {
      ruleId: rule.id,
      kind: rule.kind,
      column: wanted.name,
      severity: rule.severity,
      expected: wordsOfRule(rule),
    };
    if (column === undefined) {
      const outcome = unjudged(
        wanted.required ? 'unknown' : 'skipped',
        wanted.required ? 'the column is not there' : 'the column is not there, and need not be',
      );
      return { ...base, settle: () => outcome };
    }
    const wrong = whyNot(rule, column.type);
    if (wrong !== null) return { ...base, settle: () => unjudged('unknown', wrong) };
    return { ...base, settle: planColumnRule(rule, column, tools) };
  });
  return [planPresence(wanted, column, tools.scan), ...rules];
}

/** Whether a column is there and has its type. Text where another type is wanted is read, to tell which values are at fault. */
function planPresence(wanted: SchemaColumn, column: Column | undefined, scan: Scan): Planned {
  const type = wanted.type ?? 'any type';
  const base = {
    ruleId: columnId(wanted.name),
    kind: 'column',
    column: wanted.name,
    severity: wanted.severity,
    expected: wanted.required ? `there, ${type}` : `${type}, if there`,
  };
  if (column === undefined) {
    const outcome: Outcome = wanted.required
      ? { status: 'failed', found: 'not there', checked: 0, broken: 0, brokenShare: 0 }
      : unjudged('skipped', 'not there, and need not be');
    return { ...base, settle: () => outcome };
  }
  const found = `${column.type}`;
  if (typeFits(wanted.type, column.type)) return { ...base, settle: () => ({ ...passed, found }) };
  if (column.type !== 'string' || wanted.type === null)
    return { ...base, settle: () => ({ ...passed, status: 'failed', found }) };
  const test = unreadableTest(column.name, wanted.type);
  const present = scan.want(`count(${quoteIdentifier(column.name)})`);
  const unreadable = scan.want(`count(*) FILTER (WHERE ${test.broken})`);
  return {
    ...base,
    settle: (answers) => {
      const checked = numberAt(answers, present) ?? 0;
      const broken = numberAt(answers, unreadable) ?? 0;
      const which =
        broken === 0
          ? `text, though each value could be read as ${type}: import the column as ${type}`
          : `text: ${countText(broken)} of ${countText(checked)} values cannot be read as ${type}`;
      return {
        status: 'failed',
        found: which,
        checked,
        broken,
        brokenShare: checked === 0 ? 0 : broken / checked,
      };
    },
  };
}

const passed: Outcome = { status: 'passed', found: '', checked: 0, broken: 0, brokenShare: 0 };

function planColumnRule(
  rule: ColumnRule,
  column: Column,
  { input, scan, distributions }: Tools,
): Planned['settle'] {
  if (isRowRule(rule)) return planRowRule(rule, column, scan);
  const name = quoteIdentifier(column.name);
  switch (rule.kind) {
    case 'unique':
      return async (_, db) =>
        judgeCounts(
          await countRepeated(db, input, [column.name], rule.where),
          rule.mostly,
          'repeat an earlier one',
        );
    case 'monotone':
      return async (_, db) =>
        judgeCounts(await countUnordered(db, input, column.name, rule), rule.mostly, 'are out of order');
    case 'distinct': {
      const filter = rule.where === undefined ? '' : ` FILTER (WHERE ${rule.where}\n)`;
      const place = scan.want(`count(DISTINCT ${name})${filter}`);
      return (answers) =>
        judgeFigure(answers, place, rule, (value) => `${countText(value)} different values`);
    }
    case 'statistic': {
      const filter = rule.where === undefined ? '' : ` FILTER (WHERE ${rule.where}\n)`;
      const place = scan.want(`${aggregates[rule.statistic]}(${name})${filter}`);
      return (answers) =>
        judgeFigure(answers, place, rule, (value) => `${rule.statistic} ${figureText(value)}`);
    }
    case 'distribution':
      return (_, db) => distributions(db, rule.id, column.name);
  }
}

const aggregates = {
  min: 'min',
  max: 'max',
  mean: 'avg',
  median: 'median',
  std: 'stddev_samp',
  sum: 'sum',
} as const;

function planRowRule(rule: RowRule, column: Column, scan: Scan): Planned['settle'] {
  const test = rowTest(rule, column);
  if (typeof test === 'string') return () => unjudged('unknown', test);
  const name = quoteIdentifier(column.name);
  const applies = scan.want(
    rule.kind === 'missing'
      ? countWhere(applicable(null, rule.where))
      : rule.where === undefined
        ? `count(${name})`
        : countWhere(test.applies),
  );
  // A test of a missing value is unknown and counts for nothing, so only the condition of the rule has to be added.
  const broken = scan.want(
    countWhere(rule.where === undefined ? test.broken : `(${test.applies}) AND (${test.broken})`),
  );
  return (answers) => {
    const fault = faultAt(answers, applies, broken);
    if (fault !== null) return unjudged('unknown', fault);
    const counted = { checked: numberAt(answers, applies) ?? 0, broken: numberAt(answers, broken) ?? 0 };
    return rule.kind === 'missing'
      ? judgeMissing(counted, rule.maxShare)
      : judgeCounts(counted, rule.mostly, brokenWords[rule.kind]);
  };
}

const brokenWords = {
  range: 'lie outside',
  set: 'are others',
  pattern: 'do not match',
  length: 'are shorter or longer',
} as const;

function countWhere(condition: string): string {
  return condition === 'TRUE' ? 'count(*)' : `count(*) FILTER (WHERE ${condition})`;
}

function planTableRule(rule: TableRule, input: CheckInput, scan: Scan): Planned {
  const base = {
    ruleId: rule.id,
    kind: rule.kind,
    column: null,
    severity: rule.severity,
    expected: wordsOfRule(rule),
  };
  const settle = tableRule(rule, input, scan);
  const lacking = lackingColumns(rule, input.columns);
  if (lacking.length > 0)
    return { ...base, settle: () => unjudged('unknown', `there is no column ${lacking.join(', ')}`) };
  return { ...base, settle };
}

function lackingColumns(rule: TableRule, columns: readonly Column[]): string[] {
  const named =
    rule.kind === 'freshness'
      ? [rule.column]
      : rule.kind === 'key' || rule.kind === 'foreign-key'
        ? rule.columns
        : [];
  return named.filter((name) => !columns.some((column) => column.name === name));
}

function tableRule(rule: TableRule, input: CheckInput, scan: Scan): Planned['settle'] {
  switch (rule.kind) {
    case 'row-count':
      return () => {
        const isFine = input.rows >= (rule.min ?? 0) && input.rows <= (rule.max ?? Number.POSITIVE_INFINITY);
        return { ...passed, status: isFine ? 'passed' : 'failed', found: `${countText(input.rows)} rows` };
      };
    case 'row-count-change':
      return () => rowCountChange(rule, input);
    case 'key':
      return async (_, db) =>
        judgeCounts(
          await countRepeated(db, input, keyColumns(rule.columns, input.columns), undefined),
          rule.mostly,
          'repeat an earlier row',
        );
    case 'freshness':
      return freshness(rule, input, scan);
    case 'foreign-key':
      return async (_, db) => {
        const other = input.others[rule.id];
        if (!isThere(other)) return unjudged('unknown', other?.missing ?? 'the other data are not there');
        const lacking = (rule.references.length > 0 ? rule.references : rule.columns).filter(
          (name) => !other.columns.some((column) => column.name === name),
        );
        if (lacking.length > 0)
          return unjudged('unknown', `${other.name} has no column ${lacking.join(', ')}`);
        return judgeCounts(
          await countUnmatched(db, input, rule, other),
          rule.mostly,
          `are not in ${other.name}`,
        );
      };
    case 'condition': {
      const { checked, broken } = conditionAggregates(rule);
      const places = [scan.want(checked), scan.want(broken)] as const;
      return (answers) => {
        const fault = faultAt(answers, ...places);
        if (fault !== null) return unjudged('unknown', fault);
        return judgeCounts(
          { checked: numberAt(answers, places[0]) ?? 0, broken: numberAt(answers, places[1]) ?? 0 },
          rule.mostly,
          'break the condition',
        );
      };
    }
    case 'query':
      return (_, db) => countQueryRows(db, rule, input);
  }
}

function rowCountChange(
  rule: { minRatio?: number | undefined; maxRatio?: number | undefined },
  { rows, previous }: CheckInput,
): Outcome {
  if (previous === null) return unjudged('skipped', 'there is no version before');
  const ratio = rows / previous.rows;
  const isFine = ratio >= (rule.minRatio ?? 0) && ratio <= (rule.maxRatio ?? Number.POSITIVE_INFINITY);
  const found = `${countText(rows)} rows, ${figureText(ratio)} times the ${countText(previous.rows)} of ${previous.name}`;
  return { ...passed, status: isFine ? 'passed' : 'failed', found };
}

function planExtra(schema: DataSchema, columns: readonly Column[]): Planned[] {
  if (schema.extraColumns === 'allow') return [];
  const known = new Set(schema.columns.map(({ name }) => name));
  const extra = columns.map(({ name }) => name).filter((name) => !known.has(name));
  const found =
    extra.length === 0 ? 'none' : `${extra.slice(0, 20).join(', ')}${extra.length > 20 ? ' …' : ''}`;
  const outcome: Outcome = {
    status: extra.length === 0 ? 'passed' : 'failed',
    found,
    checked: columns.length,
    broken: extra.length,
    brokenShare: columns.length === 0 ? 0 : extra.length / columns.length,
  };
  return [
    {
      ruleId: extraColumnsId,
      kind: 'extra-columns',
      column: null,
      severity: schema.extraColumns,
      expected: 'no columns but those of the schema',
      settle: () => outcome,
    },
  ];
}

function planOrder(schema: DataSchema, columns: readonly Column[]): Planned[] {
  if (schema.columnOrder === 'allow') return [];
  const there = new Set(columns.map(({ name }) => name));
  const wanted = schema.columns.map(({ name }) => name).filter((name) => there.has(name));
  const known = new Set(wanted);
  const actual = columns.map(({ name }) => name).filter((name) => known.has(name));
  const first = wanted.findIndex((name, index) => name !== actual[index]);
  const found = first < 0 ? 'in order' : `${actual[first]} where ${wanted[first]} should be`;
  return [
    {
      ruleId: columnOrderId,
      kind: 'column-order',
      column: null,
      severity: schema.columnOrder,
      expected: 'columns in the order of the schema',
      settle: () => ({ ...passed, status: first < 0 ? 'passed' : 'failed', found }),
    },
  ];
}
