import { isObject, listOf, type SyntaxNode, textsOf } from './syntax.ts';
import {
  combined,
  lookUp,
  type Origins,
  type Relation,
  renamed,
  type Scope,
  sameName,
  stacked,
  type Traced,
  Untraceable,
} from './traced.ts';

/** What a query may name: its inputs and the WITH queries around it, by lower-case name. */
type Known = { tables: ReadonlyMap<string, readonly Traced[]>; aggregates: ReadonlySet<string> };

/**
 * The columns that a SELECT gives, each with the columns of inputs that its value is computed from. Conditions, groups and orders
 * decide which rows there are and not what stands in them, so they do not count. Errors: throws `Untraceable` for what only the
 * data can tell (COLUMNS(…), PIVOT, columns by number).
 */
export function traceQuery(node: unknown, known: Known, outer: Scope | null = null): Traced[] {
  if (!isObject(node)) throw new Untraceable();
  const inner = withQueries(node, known, outer);
  switch (node.type) {
    case 'SELECT_NODE':
      return traceSelect(node, inner, outer);
    case 'SET_OPERATION_NODE': {
      const left = traceQuery(node.left, inner, outer);
      if (node.setop_type === 'EXCEPT') return left;
      return stacked(left, traceQuery(node.right, inner, outer), node.setop_type === 'UNION_BY_NAME');
    }
    case 'RECURSIVE_CTE_NODE': {
      let columns = traceQuery(node.left, inner, outer);
      // Each round can bring what the one before it has found to another column.
      for (let round = 0; round <= columns.length; round += 1) {
        const again = withTable(inner, String(node.cte_name), columns);
        columns = stacked(columns, traceQuery(node.right, again, outer), false);
      }
      return columns;
    }
    default:
      throw new Untraceable();
  }
}

function withTable(known: Known, name: string, columns: readonly Traced[]): Known {
  return { ...known, tables: new Map(known.tables).set(name.toLowerCase(), columns) };
}

function withQueries(node: SyntaxNode, known: Known, outer: Scope | null): Known {
  const entries = isObject(node.cte_map) ? listOf(node.cte_map.map) : [];
  return entries.reduce((inner: Known, entry) => {
    if (!isObject(entry) || !isObject(entry.value) || !isObject(entry.value.query)) throw new Untraceable();
    const columns = traceQuery(entry.value.query.node, inner, outer);
    return withTable(inner, String(entry.key), renamed(columns, textsOf(entry.value.aliases)));
  }, known);
}

function traceSelect(node: SyntaxNode, known: Known, outer: Scope | null): Traced[] {
  const scope = traceFrom(node.from_table, known, outer);
  const made: Traced[] = [];
  for (const item of listOf(node.select_list)) {
    if (!isObject(item)) throw new Untraceable();
    if (item.class === 'STAR') {
      made.push(...traceStar(item, scope, known));
      continue;
    }
    // A column that was made further to the left can be named too, where no table has one of the name.
    const here: Scope = { ...scope, outer: { relations: [], star: made, outer: scope.outer } };
    const alias = typeof item.alias === 'string' ? item.alias : '';
    if (item.class === 'COLUMN_REF') {
      const column = found(item, here);
      made.push({ name: alias === '' ? column.name : alias, origins: column.origins });
    } else made.push({ name: alias, origins: traceExpression(item, here, known) });
  }
  return made;
}

function found(item: SyntaxNode, scope: Scope): Traced {
  const column = lookUp(textsOf(item.column_names), scope);
  if (column === null) throw new Untraceable();
  return column;
}

/** `*` and `t.*` with EXCLUDE, REPLACE and RENAME. */
function traceStar(item: SyntaxNode, scope: Scope, known: Known): Traced[] {
  if (item.columns === true || isObject(item.expr)) throw new Untraceable();
  const table = String(item.relation_name ?? '');
  const all =
    table === '' ? scope.star : scope.relations.find(({ alias }) => sameName(alias, table))?.columns;
  if (all === undefined) throw new Untraceable();
  const pairs = (list: unknown) => listOf(list).filter(isObject);
  const left = new Set(
    [
      ...textsOf(item.exclude_list),
      ...pairs(item.qualified_exclude_list).map(({ column }) => String(column)),
    ].map((name) => name.toLowerCase()),
  );
  const replaced = new Map(
    pairs(item.replace_list).map(({ key, value }) => [String(key).toLowerCase(), value]),
  );
  const names = new Map(
    pairs(item.rename_list).map(({ key, value }) => [
      String(isObject(key) ? key.column : key).toLowerCase(),
      String(value),
    ]),
  );
  return all
    .filter(({ name }) => !left.has(name.toLowerCase()))
    .map((column) => {
      const key = column.name.toLowerCase();
      const value = replaced.get(key);
      return {
        name: names.get(key) ?? column.name,
        origins: value === undefined ? column.origins : traceExpression(value, scope, known),
      };
    });
}

/** An expression is made of every column that it names; of sums and windows more than one row went in. */
function traceExpression(expression: unknown, scope: Scope, known: Known): Origins {
  const parts: Origins[] = [];
  let isAggregate = false;
  const visit = (node: unknown, parameters: readonly string[]): void => {
    if (Array.isArray(node)) for (const child of node) visit(child, parameters);
    if (!isObject(node)) return;
    switch (node.class) {
      case 'CONSTANT':
        return;
      case 'COLUMN_REF': {
        const [name = ''] = textsOf(node.column_names);
        if (!parameters.some((parameter) => sameName(parameter, name)))
          parts.push(found(node, scope).origins);
        return;
      }
      case 'STAR':
      case 'POSITIONAL_REFERENCE':
        throw new Untraceable();
      case 'SUBQUERY': {
        visit(node.child, parameters);
        const query = isObject(node.subquery) ? node.subquery.node : null;
        const columns = traceQuery(query, known, scope);
        if (node.subquery_type !== 'EXISTS') parts.push(...columns.map(({ origins }) => origins));
        return;
      }
      case 'LAMBDA': {
        // `j -> '$.a'` reads a field of JSON: then the left side is a column.
        const isArrow = isObject(node.expr) && node.expr.class === 'CONSTANT';
        if (isArrow) visit(node.lhs, parameters);
        else visit(node.expr, [...parameters, ...namesIn(node.lhs)]);
        return;
      }
      case 'WINDOW':
        isAggregate = true;
        break;
      case 'FUNCTION':
        isAggregate ||= known.aggregates.has(String(node.function_name));
        break;
    }
    for (const child of Object.values(node)) visit(child, parameters);
  };
  visit(expression, []);
  return combined(parts, isAggregate ? 'aggregated' : 'derived');
}

function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(namesIn);
  if (!isObject(node)) return [];
  return node.class === 'COLUMN_REF' ? textsOf(node.column_names) : Object.values(node).flatMap(namesIn);
}

/** What FROM brings. What stands at the right of a join may name what stands at the left of it. */
function traceFrom(node: unknown, known: Known, outer: Scope | null): Scope {
  if (!isObject(node)) throw new Untraceable();
  const alias = typeof node.alias === 'string' ? node.alias : '';
  const one = (name: string, columns: readonly Traced[]): Scope => {
    const relation: Relation = { alias: name, columns: renamed(columns, textsOf(node.column_name_alias)) };
    return { relations: [relation], star: relation.columns, outer };
  };
  switch (node.type) {
    case 'EMPTY':
      return { relations: [], star: [], outer };
    case 'BASE_TABLE': {
      const table = String(node.table_name);
      const columns = known.tables.get(table.toLowerCase());
      if (columns === undefined) throw new Untraceable();
      return one(alias === '' ? table : alias, columns);
    }
    case 'SUBQUERY':
      return one(alias, traceQuery(isObject(node.subquery) ? node.subquery.node : null, known, outer));
    case 'TABLE_FUNCTION': {
      const call = isObject(node.function) ? node.function : {};
      const name = String(call.function_name);
      const scope: Scope = { relations: [], star: [], outer };
      return one(alias === '' ? name : alias, [
        { name, origins: traceExpression(call.children, scope, known) },
      ]);
    }
    case 'EXPRESSION_LIST': {
      const scope: Scope = { relations: [], star: [], outer };
      const rows = listOf(node.values).map(listOf);
      return one(
        alias,
        (rows[0] ?? []).map((_, at) => ({
          name: `col${at}`,
          origins: traceExpression(
            rows.map((row) => row[at]),
            scope,
            known,
          ),
        })),
      );
    }
    case 'JOIN':
      return traceJoin(node, known, outer);
    default:
      throw new Untraceable();
  }
}

function traceJoin(node: SyntaxNode, known: Known, outer: Scope | null): Scope {
  const left = traceFrom(node.left, known, outer);
  const right = traceFrom(node.right, known, left);
  if (node.join_type === 'SEMI' || node.join_type === 'ANTI') return left;
  const inLeft = (name: string) => left.star.find((column) => sameName(column.name, name));
  const inRight = (name: string) => right.star.find((column) => sameName(column.name, name));
  const keys =
    node.ref_type === 'NATURAL'
      ? right.star.map(({ name }) => name).filter((name) => inLeft(name) !== undefined)
      : textsOf(node.using_columns);
  const isKey = (name: string) => keys.some((key) => sameName(key, name));
  // One column stands for both sides of a key: the value of the side that always has one.
  const key = (column: Traced): Traced => {
    const other = inRight(column.name) ?? column;
    if (node.join_type === 'RIGHT') return { ...column, origins: other.origins };
    if (node.join_type !== 'FULL') return column;
    return { ...column, origins: combined([column.origins, other.origins], 'derived') };
  };
  return {
    relations: [...left.relations, ...right.relations],
    star: [
      ...left.star.map((column) => (isKey(column.name) ? key(column) : column)),
      ...right.star.filter(({ name }) => !isKey(name)),
    ],
    outer,
  };
}
