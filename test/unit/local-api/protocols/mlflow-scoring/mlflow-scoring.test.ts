import { describe, expect, test } from 'vitest';
import type { Signature } from '../../../../../local-api/contract/index.ts';
import { mlflowScoringProtocol } from '../../../../../local-api/protocols/mlflow-scoring/index.ts';
import {
  echoModel,
  flightInputs,
  lateModel,
  regressionSignature,
} from '../../../../kit/models/sample-models.ts';
import { callProtocol, jsonOf, scoringModels } from '../../../../kit/models/scoring-models.ts';

const numberInputs: Signature['inputs'] = [
  { name: 'a', type: 'float', nullable: true, examples: [1] },
  { name: 'b', type: 'integer', nullable: false, examples: [2] },
];
const models = scoringModels([
  { name: 'late', ...lateModel() },
  { name: 'flights', signature: regressionSignature(flightInputs), bytes: echoModel(flightInputs) },
  { name: 'numbers', signature: regressionSignature(numberInputs), bytes: echoModel(numberInputs) },
]);
const call = callProtocol(mlflowScoringProtocol({ models, defaultModel: () => 'flights' }));
const csv = { 'content-type': 'text/csv; charset=utf-8' };

const columns = ['distance', 'delay', 'origin', 'date', 'cargo'];
const cells = [300, 0.5, 'ATL', 7, true];
const flight = Object.fromEntries(columns.map((name, index) => [name, cells[index]]));

async function refusal(body: unknown, headers?: Record<string, string>, path = '/invocations') {
  const answer = await call('POST', path, body, headers);
  return { status: answer.status, ...Object(jsonOf(answer)) };
}

describe('/invocations', () => {
  test.each([
    ['dataframe_split', { dataframe_split: { columns, data: [cells] } }],
    ['dataframe_split with an index', { dataframe_split: { columns, index: [4], data: [cells] } }],
    ['dataframe_records', { dataframe_records: [flight] }],
    ['instances of objects', { instances: [flight] }],
    ['instances of lists', { instances: [cells] }],
    ['inputs by name', { inputs: Object.fromEntries(columns.map((name, i) => [name, [cells[i]]])) }],
    [
      'inputs by name, a list a row',
      { inputs: Object.fromEntries(columns.map((name, i) => [name, [[cells[i]]]])) },
    ],
    ['inputs of lists', { inputs: [cells] }],
    ['params beside them', { params: { any: 1 }, dataframe_records: [flight] }],
    ['columns that the model does not know', { dataframe_records: [{ ...flight, more: 'x' }] }],
  ])('answers %s', async (_name, body) => {
    const answer = await call('POST', '/invocations', body);
    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toEqual({ predictions: [{ value: 1308.5 }] });
  });

  test('answers a classification with its label and a column a class', async () => {
    const answer = jsonOf(await call('POST', '/endpoints/late/invocations', { instances: [0, 5] }));
    expect(answer).toEqual({
      predictions: [
        { label: 'on time', 'probability_on time': 0.5, probability_late: 0.5 },
        {
          label: 'late',
          'probability_on time': expect.closeTo(0.0067, 4),
          probability_late: expect.closeTo(0.9933, 4),
        },
      ],
    });
  });

  test('reads CSV by the signature, with quotes, empty cells and either line break', async () => {
    const text =
      'origin,distance,delay,date,cargo,"more, or ""less"""\r\n"ATL",300,0.5,7,True,\n\nATL,301,,,false,x\n';
    expect(jsonOf(await call('POST', '/invocations', text, csv))).toMatchObject({
      predictions: [{ value: 1308.5 }, {}],
    });
    const dates = 'distance,origin,date,cargo,delay\n300,ATL,1970-01-01T00:00:00.007Z,1,0.5';
    expect(jsonOf(await call('POST', '/invocations', dates, csv))).toEqual({
      predictions: [{ value: 1308.5 }],
    });
  });

  test('widens whole numbers, and takes NaN and null as missing', async () => {
    const answer = await call(
      'POST',
      '/endpoints/late/invocations',
      '{"dataframe_split":{"columns":["x"],"data":[[1],[NaN],[null]]}}',
    );
    expect(answer.status).toBe(200);
    expect(Object(jsonOf(answer)).predictions).toHaveLength(3);
  });

  test.each([
    ['a list', [[1, 2]], 'BAD_REQUEST', 'not a list'],
    ['no JSON', '{', 'BAD_REQUEST', 'not JSON'],
    ['no form', { rows: [] }, 'BAD_REQUEST', 'exactly one of the fields'],
    ['two forms', { instances: [], inputs: [] }, 'BAD_REQUEST', 'inputs'],
    [
      'signature_name',
      { signature_name: 'x', instances: [cells] },
      'INVALID_PARAMETER_VALUE',
      'signature_name',
    ],
    ['records as an object', { dataframe_records: flight }, 'INVALID_PARAMETER_VALUE', 'list of objects'],
    ['a split without data', { dataframe_split: { columns } }, 'INVALID_PARAMETER_VALUE', 'must have "data"'],
    ['a split with more', { dataframe_split: { columns, data: [], x: 1 } }, 'INVALID_PARAMETER_VALUE', 'x'],
    ['a short row', { dataframe_split: { columns, data: [[1]] } }, 'INVALID_PARAMETER_VALUE', 'row 0'],
    [
      'instances of different columns',
      { instances: [flight, { distance: 1 }] },
      'INVALID_PARAMETER_VALUE',
      'length',
    ],
    [
      'a missing column',
      { dataframe_records: [{ distance: 1, cargo: true }] },
      'BAD_REQUEST',
      '"origin" is absent',
    ],
    [
      'a fraction for a whole number',
      { instances: [[1.5, ...cells.slice(1)]] },
      'BAD_REQUEST',
      'a whole number',
    ],
    ['a text for a number', { instances: [['300', ...cells.slice(1)]] }, 'BAD_REQUEST', 'a whole number'],
    [
      'a list for a cell',
      { dataframe_records: [{ ...flight, delay: [1] }] },
      'INVALID_PARAMETER_VALUE',
      'a list',
    ],
  ])('refuses %s with 400 and the error of MLflow', async (_name, body, code, words) => {
    expect(await refusal(body)).toEqual({
      status: 400,
      error_code: code,
      message: expect.stringContaining(words),
    });
  });

  test.each([
    ['a cell that is no number', 'a,b\nx,1', '"a" is "x"'],
    ['a row with more cells', 'a,b\n1,2,3', 'Row 1 of the CSV has 3 cells'],
    ['an open quote', 'a,b\n"1,2', 'stray quote'],
    ['nothing', '', 'empty'],
  ])('refuses CSV with %s', async (_name, text, words) => {
    expect(await refusal(text, csv, '/endpoints/numbers/invocations')).toMatchObject({
      status: 400,
      error_code: 'BAD_REQUEST',
      message: expect.stringContaining(words),
    });
  });

  test.each(['text/plain', 'application/json; charset=latin-1', 'application/json; format=split', ''])(
    'answers 415 as text for the content type "%s"',
    async (type) => {
      const answer = await call('POST', '/invocations', '{}', { 'content-type': type });
      expect([answer.status, answer.headers['Content-Type']]).toEqual([415, 'text/plain; charset=utf-8']);
    },
  );

  test('knows no model under an unknown name, and none where no default is set', async () => {
    expect(await refusal({ instances: [] }, undefined, '/endpoints/nothing/invocations')).toMatchObject({
      status: 404,
      error_code: 'RESOURCE_DOES_NOT_EXIST',
    });
    const without = callProtocol(mlflowScoringProtocol({ models, defaultModel: () => null }));
    expect((await without('POST', '/invocations', { instances: [] })).status).toBe(404);
    expect((await without('GET', '/ping')).status).toBe(404);
    expect(await call('GET', '/ping')).toMatchObject({ status: 200, body: '\n' });
    expect((await call('GET', '/invocations')).status).toBe(405);
  });
});
