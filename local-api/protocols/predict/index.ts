import { AssayError } from '../../../engine/errors.ts';
import { encodeRequest, maxRows } from '../../../engine/serving/index.ts';
import { errorTable } from '../../contract/errors.ts';
import type { PredictRequest, Problem } from '../../contract/index.ts';
import { scoringFaultOf } from '../scoring/fault.ts';
import { readJsonObject } from '../scoring/json-object.ts';
import type { ScoringModels } from '../scoring/models.ts';
import { jsonAnswer, type WireProtocol } from '../scoring/wire.ts';

const address = '/api/v1/predictions';

/**
 * Assay's own prediction, without the machinery of the API around it: the same request, answer and problems.
 * `defaultModel` answers where a request names no model; null when it has to name one.
 */
export function predictProtocol(models: ScoringModels, defaultModel: () => string | null): WireProtocol {
  const owns = (path: string): boolean => path === address;
  return {
    owns,
    find(method, path) {
      if (!owns(path)) return null;
      if (method !== 'POST')
        throw new AssayError('request/method-not-allowed', `${method} is not offered at ${path}.`);
      return {
        name: address,
        async answer({ headers, body, signal }) {
          checkType(headers['content-type']);
          const { model, ...request } = readPredictRequest(readJsonObject(body), defaultModel());
          const scored = await models.score(model, (signature) => encodeRequest(signature, request), signal);
          const { signature: _, ...answer } = scored;
          return jsonAnswer(answer);
        },
      };
    },
    fault(thrown) {
      const { code, message, headers } = scoringFaultOf(thrown);
      const { status, title, hint } = errorTable[code];
      const problems = thrown instanceof AssayError ? thrown.problems : undefined;
      const detail = thrown instanceof AssayError ? thrown.message : message;
      const problem = { type: `/docs/errors#${code}`, title, status, code, detail, hint };
      const answer = jsonAnswer(problems === undefined ? problem : { ...problem, problems }, status);
      return { ...answer, headers: { 'Content-Type': 'application/problem+json', ...headers } };
    },
  };
}

function checkType(type: string | undefined): void {
  if (/^application\/json\s*(;|$)/i.test(type ?? '')) return;
  throw new AssayError(
    'request/unsupported-media-type',
    `The body is "${(type ?? '').slice(0, 200)}" and must be application/json.`,
  );
}

/**
 * The shape of a request; its cells are looked at where they become tensors.
 * By hand, for a schema would look at each cell of each row. Errors: `request/invalid` with every fault.
 */
function readPredictRequest(
  { model, rows, columns }: Record<string, unknown>,
  defaultModel: string | null,
): Pick<PredictRequest, 'model' | 'rows' | 'columns'> {
  const problems: Problem[] = [];
  const name = model ?? defaultModel;
  if (typeof name !== 'string' || name === '')
    problems.push({ path: '/model', message: 'is absent', expected: 'name@alias, name/1.2.0 or name' });
  if ((rows === undefined) === (columns === undefined))
    problems.push({ path: '/rows', message: 'give either rows or columns' });
  if (rows !== undefined) problems.push(...rowProblems(rows));
  if (columns !== undefined) problems.push(...columnProblems(columns));
  const [first] = problems;
  if (first !== undefined)
    throw new AssayError('request/invalid', `${first.path}: ${first.message}`, { problems });
  const data = rows === undefined ? { columns } : { rows };
  return { model: String(name), ...(data as Pick<PredictRequest, 'rows' | 'columns'>) };
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
