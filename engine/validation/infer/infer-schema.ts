import {
  type Column,
  type ColumnRuleInput,
  DataSchema,
  type SchemaColumnInput,
  type TableRuleInput,
} from '../../../local-api/contract/index.ts';
import { countText, figureText, percentText } from '../../../local-api/contract/rule-words.ts';
import type { DuckDb } from '../../duckdb/index.ts';
import { nameRules } from '../name-rules.ts';
import { type ColumnFacts, columnFacts } from './column-facts.ts';

export type InferInput = {
  files: readonly string[];
  columns: readonly Column[];
  rows: number;
  /** Rows of the version before, or null. */
  previousRows: number | null;
};

/**
 * Proposes a schema that the data keep and that other data of the kind are likely to keep: deliberately cautious, as
 * TensorFlow Data Validation is (types, presence, value lists of at most 100 texts), with slack where values may go on
 * beyond those seen. Each rule says why it is there. What is certain is an error, what is a guess about data to come a
 * warning.
 */
export async function inferSchema(
  db: DuckDb,
  input: InferInput,
  onColumn: (done: number) => void = () => {},
): Promise<DataSchema> {
  const facts = await columnFacts(db, input, onColumn);
  return nameRules(
    DataSchema.parse({
      columns: facts.map((one) => inferColumn(one, input)),
      rows: tableRules(input),
      extraColumns: 'warn',
    }),
  );
}

function inferColumn(facts: ColumnFacts, { rows }: InferInput): SchemaColumnInput {
  const { column } = facts;
  const rules = [missingRule(facts, rows), ...valueRules(facts)].filter((rule) => rule !== null);
  return {
    name: column.name,
    // Of a column without any value the type is a guess.
    type: facts.count === 0 ? null : column.type,
    required: true,
    rules,
  };
}

/** How far a share of missing values may go beyond the one seen: half as much again, and what chance does to so few rows. */
function missingRule({ count: present, missing }: ColumnFacts, rows: number): ColumnRuleInput | null {
  if (present === 0) return null;
  if (missing === 0)
    return { kind: 'missing', maxShare: 0, reason: `nothing is missing in ${countText(rows)} rows` };
  const share = missing / rows;
  const chance = 3 * Math.sqrt((share * (1 - share)) / rows);
  const maxShare = Math.min(1, Math.ceil(100 * (1.5 * share + chance)) / 100);
  if (maxShare >= 1) return null;
  return {
    kind: 'missing',
    maxShare,
    severity: 'warn',
    reason: `${percentText(share)} are missing; half as much again and chance are allowed for`,
  };
}

function valueRules(facts: ColumnFacts): (ColumnRuleInput | null)[] {
  const set = setRule(facts);
  return [
    rangeRule(facts),
    set,
    set === null ? patternRule(facts) : null,
    set === null && facts.pattern === null ? lengthRule(facts) : null,
    uniqueRule(facts),
  ];
}

/** Share of the spread by which a range is widened at both ends. */
const SLACK = 0.1;

function rangeRule(facts: ColumnFacts): ColumnRuleInput | null {
  if (facts.range === null) return null;
  const { min, max } = facts.range;
  const [low, high] = widened(min, max, facts.column.type === 'integer');
  const seen = `${figureText(min)} to ${figureText(max)} were seen`;
  const slack = `widened by ${percentText(SLACK)} of the spread`;
  // Ids grow with the data.
  const isOpen = isId(facts) && max > 0;
  const keepsSign = min >= 0 && low < 0;
  const limits = {
    ...(Number.isFinite(low) ? { min: keepsSign ? 0 : low } : {}),
    ...(Number.isFinite(high) && !isOpen ? { max: max <= 0 && high > 0 ? 0 : high } : {}),
  };
  if (Object.keys(limits).length === 0) return null;
  const notes = [isOpen ? 'ids may grow' : slack, ...(keepsSign ? ['never below zero as none is'] : [])];
  return { kind: 'range', ...limits, severity: 'warn', reason: [seen, ...notes].join(', ') };
}

/** Limits with slack; of numbers too far apart for any, the limits themselves. */
function widened(min: number, max: number, isWhole: boolean): [number, number] {
  const slack = min === max ? Math.max(Math.abs(min) * SLACK, 1) : (max - min) * SLACK;
  const round = (value: number, outward: (value: number) => number) =>
    isWhole || slack >= 10 ? outward(value) : Number(value.toPrecision(6));
  const low = Math.min(min, round(min - slack, Math.floor));
  const high = Math.max(max, round(max + slack, Math.ceil));
  return [Number.isFinite(low) ? low : min, Number.isFinite(high) ? high : max];
}

/** Whole numbers that never repeat and follow each other closely, or are named so. */
function isId({ isUnique, range, count: present, column }: ColumnFacts): boolean {
  if (!isUnique || range === null) return false;
  return range.max - range.min < 3 * present || nameOfId.test(column.name);
}

const nameOfId = /(^|[^a-zA-Z])(id|key|uuid|guid)$|[a-z](Id|Key)$/;

/** A list makes sense when values come again and again. */
const FEWEST_ROWS_A_VALUE = 5;
/** Up to this chance that the next value is a new one, an unknown value is an error. */
const SURPRISE = 0.001;

/**
 * The values allowed. The share of values seen once estimates the chance that the next one is new (Good–Turing); with a
 * real chance of it the rule warns only.
 */
function setRule({ values, count: present, isUnique }: ColumnFacts): ColumnRuleInput | null {
  if (values === null || isUnique || present < FEWEST_ROWS_A_VALUE * values.length) return null;
  const once = values.filter((value) => value.count === 1).length;
  const chance = Math.max(once, present < 1000 ? 1 : 0) / present;
  return {
    kind: 'set',
    values: values.map(({ value }) => value),
    severity: chance <= SURPRISE ? 'error' : 'warn',
    reason: `${values.length} different values in ${countText(present)}, ${once === 0 ? 'none' : countText(once)} of them seen once only`,
  };
}

function patternRule({ pattern, count: present }: ColumnFacts): ColumnRuleInput | null {
  if (pattern === null) return null;
  return {
    kind: 'pattern',
    pattern,
    severity: 'warn',
    reason: `all ${countText(present)} values have this form`,
  };
}

function lengthRule({ length, count: present }: ColumnFacts): ColumnRuleInput | null {
  if (length === null || present === 0) return null;
  return {
    kind: 'length',
    ...(length.min > 0 ? { min: 1 } : {}),
    max: Math.max(2 * length.max, 20),
    severity: 'warn',
    reason: `${length.min} to ${length.max} characters were seen; twice as many are allowed`,
  };
}

function uniqueRule({ isUnique, missing, column, count: present }: ColumnFacts): ColumnRuleInput | null {
  if (!isUnique) return null;
  return {
    kind: 'unique',
    severity: nameOfId.test(column.name) && missing === 0 ? 'error' : 'warn',
    reason: `all ${countText(present)} values are different`,
  };
}

function tableRules({ rows, previousRows }: InferInput): TableRuleInput[] {
  const change = { minRatio: 0.5, maxRatio: 2 };
  const ratio = previousRows === null ? 1 : rows / previousRows;
  return [
    { kind: 'row-count', min: 1, reason: 'there should be rows' },
    ...(ratio < change.minRatio || ratio > change.maxRatio
      ? []
      : [
          {
            kind: 'row-count-change' as const,
            ...change,
            severity: 'warn' as const,
            reason: 'half or twice the rows of the version before are worth a look',
          },
        ]),
  ];
}
