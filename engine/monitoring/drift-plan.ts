import {
  type Column,
  type ColumnDrift,
  DriftMethod,
  type DriftRequest,
  driftMethodsFor,
  EmbeddingMethod,
  type Problem,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';

export type PlannedColumn = {
  name: string;
  type: Column['type'];
  kind: ColumnDrift['kind'];
  /** Asked for by name: it is compared even where it looks like an id or a time. */
  isNamed: boolean;
};

export type DriftPlan = {
  columns: PlannedColumn[];
  skipped: { name: string; reason: string }[];
};

const kinds: Record<Column['type'], 'number' | 'category' | 'time'> = {
  integer: 'number',
  float: 'number',
  boolean: 'category',
  string: 'category',
  datetime: 'time',
  date: 'time',
};

/**
 * Which columns of two versions can be compared, and why others can not. Times are left out unless asked for: they
 * move by nature.
 *
 * Errors: `request/invalid` with every fault (a column in neither version, a method that does not fit),
 * `drift-reports/no-common-columns`.
 */
export function planDrift(
  reference: readonly Pick<Column, 'name' | 'type'>[],
  current: readonly Pick<Column, 'name' | 'type'>[],
  request: Pick<DriftRequest, 'columns' | 'methods' | 'embeddingMethods' | 'thresholds' | 'columnThresholds'>,
): DriftPlan {
  const problems = findProblems(reference, current, request);
  if (problems.length > 0) {
    throw new AssayError('request/invalid', problems.map((problem) => problem.message).join('; '), {
      problems,
    });
  }
  const named = new Set([...(request.columns ?? []), ...Object.keys(request.methods)]);
  const wanted = request.columns === undefined ? null : named;
  const others = new Map(current.map((column) => [column.name, column]));
  const plan: DriftPlan = { columns: [], skipped: [] };
  for (const { name, type } of reference) {
    if (wanted !== null && !wanted.has(name)) continue;
    const other = others.get(name);
    others.delete(name);
    if (other === undefined) {
      plan.skipped.push({ name, reason: 'only in the reference' });
      continue;
    }
    const kind = kinds[type];
    if (kinds[other.type] !== kind || (kind === 'category' && other.type !== type)) {
      plan.skipped.push({ name, reason: `${type} in the reference, ${other.type} in the current data` });
    } else if (kind === 'time' && !named.has(name)) {
      plan.skipped.push({ name, reason: 'time moves by nature; name the column to compare it all the same' });
    } else {
      const common = type === other.type ? type : kind === 'time' ? 'datetime' : 'float';
      plan.columns.push({
        name,
        type: common,
        kind: kind === 'category' ? 'category' : 'number',
        isNamed: named.has(name),
      });
    }
  }
  for (const { name } of others.values()) {
    if (wanted === null || wanted.has(name)) plan.skipped.push({ name, reason: 'only in the current data' });
  }
  if (plan.columns.length === 0) {
    const reasons = plan.skipped.slice(0, 5).map(({ name, reason }) => `${name}: ${reason}`);
    throw new AssayError(
      'drift-reports/no-common-columns',
      `No column can be compared (${reasons.join('; ')})`,
    );
  }
  return plan;
}

function findProblems(
  reference: readonly Pick<Column, 'name' | 'type'>[],
  current: readonly Pick<Column, 'name' | 'type'>[],
  request: Pick<DriftRequest, 'columns' | 'methods' | 'embeddingMethods' | 'thresholds' | 'columnThresholds'>,
): Problem[] {
  const types = new Map([...current, ...reference].map((column) => [column.name, column.type]));
  const problems: Problem[] = [];
  for (const [index, name] of (request.columns ?? []).entries()) {
    if (!types.has(name))
      problems.push({ path: `/columns/${index}`, message: `Neither version has a column "${name}"` });
  }
  for (const [name, method] of Object.entries(request.methods)) {
    const path = `/methods/${pointer(name)}`;
    const type = types.get(name);
    if (type === undefined) {
      problems.push({ path, message: `Neither version has a column "${name}"` });
      continue;
    }
    const fitting = driftMethodsFor(kinds[type] === 'category' ? 'binary' : 'number');
    if (!fitting.includes(method)) {
      problems.push({
        path,
        message: `The method ${method} does not fit the ${type} column "${name}"`,
        expected: fitting.join(', '),
      });
    }
  }
  // An embedding is a column, or what the names of several begin with.
  const isEmbedding = (name: string) =>
    types.get(name) === 'string' ||
    [...types.keys()].some((column) => column !== name && column.startsWith(name));
  for (const name of Object.keys(request.embeddingMethods)) {
    if (!isEmbedding(name))
      problems.push({
        path: `/embeddingMethods/${pointer(name)}`,
        message: `"${name}" is no column of vectors, and no columns are numbered under this name`,
      });
  }
  for (const name of Object.keys(request.columnThresholds)) {
    if (!types.has(name) && !isEmbedding(name))
      problems.push({
        path: `/columnThresholds/${pointer(name)}`,
        message: `Neither version has a column "${name}"`,
      });
  }
  for (const name of Object.keys(request.thresholds)) {
    const known: readonly string[] = [...DriftMethod.options, ...EmbeddingMethod.options];
    if (!known.includes(name))
      problems.push({
        path: `/thresholds/${pointer(name)}`,
        message: `There is no method "${name}"`,
        expected: known.join(', '),
      });
  }
  return problems;
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
