import type { ColumnOrigin } from '../../../local-api/contract/index.ts';

/** Columns of inputs that a column is made of, by input and column. */
export type Origins = ReadonlyMap<string, ColumnOrigin>;
/** A column inside a query. */
export type Traced = { name: string; origins: Origins };
/** What FROM brings: a table by the name it has there. */
export type Relation = { alias: string; columns: readonly Traced[] };
/** What names mean at a place in a query. */
export type Scope = {
  relations: readonly Relation[];
  /** What a star stands for; the first of a name is meant by the name alone. */
  star: readonly Traced[];
  /** Of the query around this one. */
  outer: Scope | null;
};

/** Thrown where the way of a column cannot be told from the text alone. */
export class Untraceable extends Error {}

const strength: Record<ColumnOrigin['how'], number> = { copied: 0, derived: 1, aggregated: 2 };

export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export function originOf(input: string, column: string): Origins {
  return new Map([[`${input}\u0000${column}`, { input, column, how: 'copied' as const }]]);
}

/** All of them, each at least as far from a plain copy as `how` says. */
export function combined(all: Iterable<Origins>, how: ColumnOrigin['how']): Origins {
  const made = new Map<string, ColumnOrigin>();
  for (const origins of all)
    for (const [key, origin] of origins) {
      const before = made.get(key)?.how ?? how;
      const strongest = [origin.how, before, how].reduce((a, b) => (strength[a] >= strength[b] ? a : b));
      made.set(key, { ...origin, how: strongest });
    }
  return made;
}

/** Gives columns other names, as `t(a, b)` does. */
export function renamed(columns: readonly Traced[], names: readonly string[]): Traced[] {
  return columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}

/** The columns of two queries, one below the other: by their place, or by their names. */
export function stacked(left: readonly Traced[], right: readonly Traced[], byName: boolean): Traced[] {
  const partner = (column: Traced, index: number) =>
    byName ? right.find(({ name }) => sameName(name, column.name)) : right[index];
  const both = left.map((column, index) => ({
    name: column.name,
    origins: combined([column.origins, partner(column, index)?.origins ?? new Map()], 'copied'),
  }));
  if (!byName) return both;
  return [...both, ...right.filter(({ name }) => !left.some((column) => sameName(column.name, name)))];
}

/** What a name stands for: `a`, `t.a`, and the fields of a struct in either; null when it stands for nothing here. */
export function lookUp(parts: readonly string[], scope: Scope | null): Traced | null {
  if (scope === null) return null;
  const [first = '', second] = parts;
  if (second !== undefined) {
    const table = scope.relations.find(({ alias }) => sameName(alias, first));
    const column = table?.columns.find(({ name }) => sameName(name, second));
    if (column !== undefined) return parts.length === 2 ? column : fieldOf(column, parts);
  }
  const column =
    scope.star.find(({ name }) => sameName(name, first)) ??
    scope.relations.flatMap(({ columns }) => columns).find(({ name }) => sameName(name, first));
  if (column !== undefined) return second === undefined ? column : fieldOf(column, parts);
  return lookUp(parts, scope.outer);
}

function fieldOf({ origins }: Traced, parts: readonly string[]): Traced {
  return { name: parts.at(-1) ?? '', origins: combined([origins], 'derived') };
}
