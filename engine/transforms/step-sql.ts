import type { Column, SplitRule, TransformStep } from '../../local-api/contract/index.ts';
import { quoteIdentifier as id, quoteText } from '../duckdb/index.ts';

/** What a step works on: a table by its name in the query, and its columns. */
export type StepTable = { name: string; columns: readonly Column[] };

type StepOf<K extends TransformStep['step']> = Extract<TransformStep, { step: K }>;

/**
 * The SELECT that a step stands for. Columns named in it exist, in the spelling of the table; free text in it has been checked.
 * The order of rows is part of the answer: whatever DuckDB may put in another order is numbered first and put back.
 */
export function stepSql(step: TransformStep, from: StepTable, joined: StepTable | null): string {
  switch (step.step) {
    case 'filter':
      return `SELECT * FROM ${id(from.name)} WHERE (${inBrackets(step.where)})`;
    case 'derive':
      return deriveSql(step, from);
    case 'select':
      return `SELECT ${step.columns.map(id).join(', ')} FROM ${id(from.name)}`;
    case 'rename':
      return `SELECT ${from.columns.map(({ name }) => renamed(name, step.columns)).join(', ')} FROM ${id(from.name)}`;
    case 'drop': {
      const gone = new Set(step.columns);
      const kept = from.columns.filter(({ name }) => !gone.has(name));
      return `SELECT ${kept.map(({ name }) => id(name)).join(', ')} FROM ${id(from.name)}`;
    }
    case 'fill':
      return fillSql(step, from);
    case 'join':
      return joined === null ? `SELECT * FROM ${id(from.name)}` : joinSql(step, from, joined);
    case 'aggregate':
      return aggregateSql(step, from);
    case 'sort': {
      const order = step.by.map(
        ({ column, descending }) => `${id(column)}${descending ? ' DESC' : ''} NULLS LAST`,
      );
      const { numbered, number } = numberedRows(from);
      return `SELECT ${listOf(from)} FROM ${numbered} ORDER BY ${[...order, number].join(', ')}`;
    }
    case 'distinct':
      return distinctSql(step, from);
    case 'sample':
      return sampleSql(step, from);
    case 'split':
      return `SELECT * FROM ${id(from.name)}`;
  }
}

/** The parts of a split, each a SELECT. Every row is in one part at most. */
export function splitSql(rule: SplitRule, from: StepTable): { part: string; select: string }[] {
  const all = `SELECT ${listOf(from)} FROM`;
  if (rule.kind === 'fraction') {
    const { scored, score } = scoredRows(from, rule.seed, rule.together);
    let low = 0;
    return rule.parts.map(({ name, fraction }, index) => {
      const from = low;
      low = index === rule.parts.length - 1 ? 1 : low + fraction;
      const bounds = [from > 0 ? [`${score} >= ${from}`] : [], low < 1 ? [`${score} < ${low}`] : []].flat();
      return { part: name, select: `${all} ${scored} WHERE ${bounds.join(' AND ')}` };
    });
  }
  const column = id(rule.column);
  const table = id(from.name);
  if (rule.kind === 'column') {
    const within = (values: readonly (string | number | boolean | null)[]) => {
      const given = values.filter((value) => value !== null);
      const conditions = [
        given.length > 0 ? `coalesce(${column} IN (${given.map(literal).join(', ')}), false)` : null,
        given.length < values.length ? `${column} IS NULL` : null,
      ];
      return `(${conditions.filter((one) => one !== null).join(' OR ')})`;
    };
    const parts = rule.parts.map(({ name, values }) => ({
      part: name,
      select: `${all} ${table} WHERE ${within(values)}`,
    }));
    if (rule.rest === undefined) return parts;
    const others = rule.parts.map(({ values }) => `NOT ${within(values)}`).join(' AND ');
    return [...parts, { part: rule.rest, select: `${all} ${table} WHERE ${others}` }];
  }
  const ends = rule.parts.map(({ before }) => literal(before));
  return [...rule.parts.map(({ name }) => name), rule.rest].map((part, index) => {
    const start = index === 0 ? null : `${column} >= ${ends[index - 1]}`;
    const end = index === ends.length ? null : `${column} < ${ends[index]}`;
    const bounds = [start, end].filter((bound) => bound !== null);
    return { part, select: `${all} ${table} WHERE ${bounds.join(' AND ')}` };
  });
}

/** The parts that a split names, in their order. */
export function partNames(rule: SplitRule): string[] {
  const names = rule.parts.map(({ name }) => name);
  return rule.kind === 'fraction' || rule.rest === undefined ? names : [...names, rule.rest];
}

/** What a column of the joined table is called in the answer; null for a key, which is there already. */
export function joinedName(column: string, step: StepOf<'join'>, from: StepTable): string | null {
  if (step.on.some((key) => keyOf(key).right === column)) return null;
  const isTaken = from.columns.some(({ name }) => name.toLowerCase() === column.toLowerCase());
  return isTaken ? `${column}_${step.with}` : column;
}

export function keyOf(key: StepOf<'join'>['on'][number]): { left: string; right: string } {
  return typeof key === 'string' ? { left: key, right: key } : key;
}

export function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? quoteText(value) : String(value);
}

/** A comment at the end of a text must not swallow the bracket after it. */
const inBrackets = (text: string): string => (text.includes('--') ? `\n${text}\n` : text);

const listOf = ({ columns }: StepTable): string => columns.map(({ name }) => id(name)).join(', ');

function renamed(name: string, names: Readonly<Record<string, string>>): string {
  const to = Object.hasOwn(names, name) ? names[name] : undefined;
  return to === undefined || to === name ? id(name) : `${id(name)} AS ${id(to)}`;
}

function deriveSql({ column, expression }: StepOf<'derive'>, from: StepTable): string {
  const value = `(${inBrackets(expression)}) AS ${id(column)}`;
  const isThere = from.columns.some(({ name }) => name === column);
  return isThere
    ? `SELECT ${from.columns.map(({ name }) => (name === column ? value : id(name))).join(', ')} FROM ${id(from.name)}`
    : `SELECT *, ${value} FROM ${id(from.name)}`;
}

function fillSql(step: StepOf<'fill'>, from: StepTable): string {
  const chosen = new Set(step.columns);
  const { numbered, number } = numberedRows(from);
  const filled = from.columns.map(({ name }) => {
    const column = id(name);
    return chosen.has(name) ? `${filledSql(column, step.with, id(from.name), number)} AS ${column}` : column;
  });
  return step.with.kind === 'previous'
    ? `SELECT ${filled.join(', ')} FROM ${numbered} ORDER BY ${number}`
    : `SELECT ${filled.join(', ')} FROM ${id(from.name)}`;
}

function filledSql(column: string, filling: StepOf<'fill'>['with'], table: string, number: string): string {
  switch (filling.kind) {
    case 'value':
      return `coalesce(${column}, ${literal(filling.value)})`;
    case 'mean':
      return `coalesce(${column}, (SELECT avg(${column}) FROM ${table}))`;
    case 'median':
      return `coalesce(${column}, (SELECT median(${column}) FROM ${table}))`;
    case 'mode':
      return `coalesce(${column}, (SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL GROUP BY ${column} ORDER BY count(*) DESC, ${column} LIMIT 1))`;
    case 'previous':
      return `last_value(${column} IGNORE NULLS) OVER (ORDER BY ${number} ROWS UNBOUNDED PRECEDING)`;
  }
}

function joinSql(step: StepOf<'join'>, from: StepTable, joined: StepTable): string {
  const left = numberedRows(from);
  const on = step.on
    .map(keyOf)
    .map((key) => `l.${id(key.left)} = r.${id(key.right)}`)
    .join(' AND ');
  if (step.kind === 'semi' || step.kind === 'anti') {
    const columns = from.columns.map(({ name }) => `l.${id(name)}`).join(', ');
    return `SELECT ${columns} FROM ${left.numbered} AS l ${step.kind.toUpperCase()} JOIN ${id(joined.name)} AS r ON ${on} ORDER BY l.${left.number}`;
  }
  const right = numberedRows(joined);
  const rightKey = new Map(step.on.map(keyOf).map((key) => [key.left, key.right]));
  const own = from.columns.map(({ name }) => {
    const key = rightKey.get(name);
    return step.kind === 'full' && key !== undefined
      ? `coalesce(l.${id(name)}, r.${id(key)}) AS ${id(name)}`
      : `l.${id(name)}`;
  });
  const added = joined.columns.flatMap(({ name }) => {
    const as = joinedName(name, step, from);
    return as === null ? [] : [`r.${id(name)} AS ${id(as)}`];
  });
  return `SELECT ${[...own, ...added].join(', ')} FROM ${left.numbered} AS l ${step.kind.toUpperCase()} JOIN ${right.numbered} AS r ON ${on} ORDER BY l.${left.number} NULLS LAST, r.${right.number} NULLS LAST`;
}

function aggregateSql(step: StepOf<'aggregate'>, from: StepTable): string {
  const by = step.by.map(id);
  const { numbered, number } = numberedRows(from);
  const needsOrder = step.measures.some(
    (measure) => measure.function === 'first' || measure.function === 'last',
  );
  const types = new Map(from.columns.map(({ name, type }) => [name, type]));
  const measures = step.measures.map((measure) => {
    const column = measure.column === undefined ? null : id(measure.column);
    const type = measure.column === undefined ? undefined : types.get(measure.column);
    return `${measureSql(measure.function, column, type, number)} AS ${id(measure.name)}`;
  });
  const group =
    by.length === 0
      ? ''
      : ` GROUP BY ${by.join(', ')} ORDER BY ${by.map((one) => `${one} NULLS LAST`).join(', ')}`;
  return `SELECT ${[...by, ...measures].join(', ')} FROM ${needsOrder ? numbered : id(from.name)}${group}`;
}

function measureSql(
  measure: StepOf<'aggregate'>['measures'][number]['function'],
  column: string | null,
  type: Column['type'] | undefined,
  number: string,
): string {
  if (column === null) return 'count(*)';
  const value = type === 'boolean' ? `CAST(${column} AS BIGINT)` : column;
  switch (measure) {
    case 'count':
      return `count(${column})`;
    case 'distinct':
      return `count(DISTINCT ${column})`;
    case 'sum':
      return type === 'float' ? `sum(${column})` : `CAST(sum(${value}) AS BIGINT)`;
    case 'mean':
      return `avg(${value})`;
    case 'median':
      return `median(${value})`;
    case 'std':
      return `stddev_samp(${value})`;
    case 'min':
    case 'max':
      return `${measure}(${column})`;
    case 'first':
    case 'last':
      return `${measure}(${column} ORDER BY ${number})`;
  }
}

function distinctSql(step: StepOf<'distinct'>, from: StepTable): string {
  const { numbered, number } = numberedRows(from);
  if (step.columns === undefined) {
    const inner = `SELECT ${listOf(from)}, min(${number}) AS ${number} FROM ${numbered} GROUP BY ${listOf(from)}`;
    return `SELECT ${listOf(from)} FROM (${inner}) ORDER BY ${number}`;
  }
  const first = `row_number() OVER (PARTITION BY ${step.columns.map(id).join(', ')} ORDER BY ${number}) = 1`;
  return `SELECT ${listOf(from)} FROM (SELECT * FROM ${numbered} QUALIFY ${first}) ORDER BY ${number}`;
}

function sampleSql(step: StepOf<'sample'>, from: StepTable): string {
  const { scored, score, number } = scoredRows(from, step.seed, undefined);
  if (step.fraction !== undefined)
    return `SELECT ${listOf(from)} FROM ${scored} WHERE ${score} < ${step.fraction}`;
  const chosen = `SELECT * FROM ${scored} ORDER BY ${score}, ${number} LIMIT ${step.rows ?? 0}`;
  return `SELECT ${listOf(from)} FROM (${chosen}) ORDER BY ${number}`;
}

/** The rows of a table with their number, in a column that no other is called like. */
function numberedRows({ name, columns }: StepTable): { numbered: string; number: string } {
  const number = id(freeName('_row', columns));
  return { numbered: `(SELECT *, row_number() OVER () AS ${number} FROM ${id(name)})`, number };
}

function freeName(wanted: string, columns: readonly Column[]): string {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  let name = wanted;
  while (taken.has(name)) name += '_';
  return name;
}

/**
 * The rows of a table with a score of each, evenly spread over [0, 1): of its number, by the finalizer of MurmurHash3 (32 bits),
 * or of the values of some columns, by MD5. Arithmetic of our own, since DuckDB's hash may change with its version. A row keeps
 * its score when rows are added after it.
 */
function scoredRows(
  from: StepTable,
  seed: number,
  together: readonly string[] | undefined,
): { scored: string; score: string; number: string } {
  const { numbered, number } = numberedRows(from);
  const score = id(freeName('_score', from.columns));
  if (together !== undefined) {
    const values = together.map((column) => `coalesce(CAST(${id(column)} AS VARCHAR), chr(0))`);
    const hash = `md5_number_lower(concat_ws(chr(31), ${[`'${seed}'`, ...values].join(', ')}))`;
    return {
      scored: `(SELECT *, ${hash} / 18446744073709551616.0::DOUBLE AS ${score} FROM ${numbered})`,
      score,
      number,
    };
  }
  const low = '4294967295';
  const mixed = (inner: string, shift: number, factor: string) =>
    `(SELECT * REPLACE ((xor(${score}, ${score} >> ${shift}) * ${factor}::UBIGINT) & ${low}::UBIGINT AS ${score}) FROM ${inner})`;
  // The seed is mixed by itself, or neighbouring seeds would give the same scores to neighbouring rows.
  const start = `(SELECT *, (${number}::UBIGINT + ${mix32(seed)}::UBIGINT) & ${low}::UBIGINT AS ${score} FROM ${numbered})`;
  const rounds = mixed(mixed(start, 16, '2246822507'), 13, '3266489909');
  return {
    scored: `(SELECT * REPLACE (xor(${score}, ${score} >> 16) / 4294967296.0::DOUBLE AS ${score}) FROM ${rounds})`,
    score,
    number,
  };
}

/** The finalizer of MurmurHash3 for 32 bits. */
function mix32(value: number): number {
  let h = (value + 0x9e3779b9) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}
