import { AssayError } from '../../../engine/errors.ts';
import { maxRows } from '../../../engine/serving/index.ts';
import type { PredictRequest, Problem } from '../../contract/index.ts';

type Rows = Pick<PredictRequest, 'rows' | 'columns'>;

/**
 * The shape of a request for predictions; its cells are looked at where they become tensors.
 * By hand, for a schema would look at each cell of each row. `named`: the request says which model.
 * Errors: `request/invalid` with every fault.
 */
export function readPredictRequest(message: unknown, options: { named: true }): PredictRequest;
export function readPredictRequest(message: unknown, options: { named: false }): Rows;
export function readPredictRequest(
  message: unknown,
  { named }: { named: boolean },
): Rows & { model?: string } {
  if (!isObject(message)) throw invalid([{ path: '', message: 'is no object', expected: 'a JSON object' }]);
  const { model, rows, columns } = message;
  const problems: Problem[] = [];
  if (named && model === undefined)
    problems.push({ path: '/model', message: 'is missing', expected: modelRef });
  else if (named && (typeof model !== 'string' || model === '' || model.length > longestRef))
    problems.push({ path: '/model', message: 'is no reference to a model', expected: modelRef });
  if ((rows === undefined) === (columns === undefined))
    problems.push({ path: '/rows', message: 'give either rows or columns' });
  if (rows !== undefined) problems.push(...rowProblems(rows));
  if (columns !== undefined) problems.push(...columnProblems(columns));
  const known = named ? ['model', 'rows', 'columns'] : ['rows', 'columns'];
  for (const name of Object.keys(message))
    if (!known.includes(name))
      problems.push({
        path: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: 'is not a field of this request',
        expected: known.join(', '),
      });
  if (problems.length > 0) throw invalid(problems);
  const data = (rows === undefined ? { columns } : { rows }) as Rows;
  return named ? { ...data, model: String(model) } : data;
}

const modelRef = 'name@alias, name/1.2.0 or name';
const longestRef = 400;

function invalid(problems: Problem[]): AssayError {
  const [first] = problems;
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const message = `${first?.path || 'The body'}: ${first?.message}${rest}.`;
  return new AssayError('request/invalid', message, { problems });
}

function rowProblems(rows: unknown): Problem[] {
  const expected = 'a list of objects';
  if (!Array.isArray(rows)) return [{ path: '/rows', message: 'is no list', expected }];
  if (rows.length > maxRows)
    return [{ path: '/rows', message: `has ${rows.length} rows`, expected: `at most ${maxRows} rows` }];
  const wrong = rows.findIndex((row) => !isObject(row));
  return wrong < 0 ? [] : [{ path: `/rows/${wrong}`, message: 'is no object', expected }];
}

function columnProblems(columns: unknown): Problem[] {
  const expected = 'an object of lists';
  if (!isObject(columns)) return [{ path: '/columns', message: 'is no object', expected }];
  return Object.entries(columns)
    .filter(([, column]) => !Array.isArray(column))
    .map(([name]) => ({ path: `/columns/${name}`, message: 'is no list', expected }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
