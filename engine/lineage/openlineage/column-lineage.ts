import type { TransformDefinition, TransformStep } from '../../../local-api/contract/index.ts';

/** An input of a transform as OpenLineage names it, with its columns. */
export type LineageTable = { alias: string; namespace: string; name: string; columns: readonly string[] };

type Transformation = { type: 'DIRECT'; subtype: 'IDENTITY' | 'TRANSFORMATION' | 'AGGREGATION' };
type InputField = { namespace: string; name: string; field: string; transformations: Transformation[] };
export type ColumnFields = Record<string, { inputFields: InputField[] }>;

/** Column of the rows at a step → the columns of inputs that it is made of, and how. */
type Origins = Map<
  string,
  Map<string, { table: LineageTable; field: string; how: Transformation['subtype'] }>
>;

/**
 * Where each column of a transform comes from: known for steps, which say it; null for SQL and without columns. An expression
 * counts as made of every column that it names.
 */
export function columnLineage(
  { steps }: TransformDefinition,
  tables: readonly LineageTable[],
): ColumnFields | null {
  const [first] = tables;
  if (steps === undefined || first === undefined || tables.some(({ columns }) => columns.length === 0))
    return null;
  let origins = originsOf(first);
  for (const step of steps) origins = after(step, origins, tables);
  return Object.fromEntries(
    [...origins].map(([column, made]) => [
      column,
      {
        inputFields: [...made.values()].map(({ table: { namespace, name }, field, how }) => ({
          namespace,
          name,
          field,
          transformations: [{ type: 'DIRECT' as const, subtype: how }],
        })),
      },
    ]),
  );
}

function originsOf(table: LineageTable): Origins {
  return new Map(
    table.columns.map((field) => [
      field,
      new Map([[`${table.name} ${field}`, { table, field, how: 'IDENTITY' }]]),
    ]),
  );
}

function after(step: TransformStep, before: Origins, tables: readonly LineageTable[]): Origins {
  const find = (name: string) =>
    [...before.keys()].find((column) => column.toLowerCase() === name.toLowerCase()) ?? name;
  const of = (name: string): Origins extends Map<string, infer O> ? O : never =>
    before.get(find(name)) ?? new Map();
  switch (step.step) {
    case 'select':
      return new Map(step.columns.map((name) => [find(name), of(name)]));
    case 'drop': {
      const gone = new Set(step.columns.map(find));
      return new Map([...before].filter(([name]) => !gone.has(name)));
    }
    case 'rename': {
      const names = new Map(Object.entries(step.columns).map(([from, to]) => [find(from), to]));
      return new Map([...before].map(([name, made]) => [names.get(name) ?? name, made]));
    }
    case 'derive':
      return new Map(before).set(
        find(step.column),
        combined(columnsIn(step.expression, [...before.keys()]).map(of), 'TRANSFORMATION'),
      );
    case 'fill':
      return new Map(
        [...before].map(([name, made]) =>
          step.columns.map(find).includes(name) ? [name, combined([made], 'TRANSFORMATION')] : [name, made],
        ),
      );
    case 'aggregate':
      return new Map([
        ...step.by.map((name) => [find(name), of(name)] as const),
        ...step.measures.map(
          ({ name, column }) =>
            [name, combined(column === undefined ? [] : [of(column)], 'AGGREGATION')] as const,
        ),
      ]);
    case 'join': {
      const table = tables.find(({ alias }) => alias === step.with);
      if (table === undefined || step.kind === 'semi' || step.kind === 'anti') return before;
      const keys = new Set(step.on.map((key) => (typeof key === 'string' ? key : key.right)));
      const joined = new Map(before);
      for (const [name, made] of originsOf(table))
        if (!keys.has(name))
          joined.set(find(name) !== name || before.has(name) ? `${name}_${step.with}` : name, made);
      return joined;
    }
    default:
      return before;
  }
}

/** Stronger than what was said before: what was derived of a sum is no plain copy. */
function combined(
  origins: readonly (Origins extends Map<string, infer O> ? O : never)[],
  how: Transformation['subtype'],
): Origins extends Map<string, infer O> ? O : never {
  return new Map(
    origins.flatMap((made) => [...made].map(([key, origin]) => [key, { ...origin, how }] as const)),
  );
}

/** The columns that an expression names: texts and comments in it are no names. */
function columnsIn(expression: string, columns: readonly string[]): string[] {
  const text = expression.replace(/'(?:[^']|'')*'/g, ' ').replace(/--.*$/gm, ' ');
  const words = new Set(
    [...text.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_]*)/gu)].map(([, quoted, plain]) =>
      (quoted?.replaceAll('""', '"') ?? plain ?? '').toLowerCase(),
    ),
  );
  return columns.filter((column) => words.has(column.toLowerCase()));
}
