import { describe, expect, test } from 'vitest';
import type { Signature } from '../../../../../local-api/contract/index.ts';
import { kserveProtocol } from '../../../../../local-api/protocols/kserve/index.ts';
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
const bigInputs: Signature['inputs'] = [{ name: 'big', type: 'integer', nullable: false, examples: [1] }];

const models = scoringModels([
  { name: 'late', ...lateModel() },
  { name: 'flights', signature: regressionSignature(flightInputs), bytes: echoModel(flightInputs) },
  { name: 'numbers', signature: regressionSignature(numberInputs), bytes: echoModel(numberInputs) },
  { name: 'big', signature: regressionSignature(bigInputs), bytes: echoModel(bigInputs) },
]);
const call = callProtocol(kserveProtocol({ server: { name: 'assay', version: '1.2.3' }, models }));

const tensor = (name: string, datatype: string, shape: number[], data: unknown) => ({
  name,
  datatype,
  shape,
  data,
});
const flight = [
  tensor('distance', 'INT64', [1], [300]),
  tensor('delay', 'FP64', [1], [0.5]),
  tensor('origin', 'BYTES', [1], ['ATL']),
  tensor('date', 'INT64', [1], [7]),
  tensor('cargo', 'BOOL', [1], [true]),
];

async function errorOf(path: string, body: unknown, headers?: Record<string, string>) {
  const answer = await call('POST', path, body, headers);
  const told = jsonOf(answer);
  expect(Object.keys(told ?? {})).toEqual(['error']);
  return [answer.status, JSON.stringify(told)] as const;
}

describe('health and metadata', () => {
  test('tell that the server lives, is ready and what it can do', async () => {
    for (const path of ['/v2/health/live', '/v2/health/ready'])
      expect(jsonOf(await call('GET', path))).toEqual({ live: true, ready: true });
    expect(jsonOf(await call('GET', '/v2'))).toEqual({
      name: 'assay',
      version: '1.2.3',
      extensions: ['binary_tensor_data', 'model_repository'],
    });
  });

  test('describe a model by its columns and outputs', async () => {
    expect(jsonOf(await call('GET', '/v2/models/flights'))).toEqual({
      name: 'flights',
      versions: ['1.0.0'],
      platform: 'onnx_onnxv1',
      inputs: [
        { name: 'distance', datatype: 'INT64', shape: [-1] },
        { name: 'delay', datatype: 'FP64', shape: [-1] },
        { name: 'origin', datatype: 'BYTES', shape: [-1] },
        { name: 'date', datatype: 'INT64', shape: [-1] },
        { name: 'cargo', datatype: 'BOOL', shape: [-1] },
      ],
      outputs: [{ name: 'value', datatype: 'FP32', shape: [-1] }],
    });
    expect(jsonOf(await call('GET', '/v2/models/late/versions/1.0.0'))).toMatchObject({
      versions: ['1.0.0'],
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [-1] },
        { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
      ],
    });
  });

  test('say by version whether a model is ready', async () => {
    expect(jsonOf(await call('GET', '/v2/models/late/ready'))).toEqual({ name: 'late', ready: true });
    expect(jsonOf(await call('GET', '/v2/models/late/versions/1/ready'))).toMatchObject({ ready: true });
    const absent = await call('GET', '/v2/models/nothing/ready');
    expect([absent.status, jsonOf(absent)]).toEqual([404, { name: 'nothing', ready: false }]);
  });

  test('answer 404 and 405 with the error body of the protocol', async () => {
    expect((await call('GET', '/v2/models/nothing')).status).toBe(404);
    expect(await errorOf('/v2/nothing', '')).toEqual([404, '{"error":"there is nothing at /v2/nothing"}']);
    expect((await errorOf('/v2/models/late', ''))[0]).toBe(405);
    expect((await errorOf('/v2/models/late/versions/9.0.0/infer', { inputs: flight }))[0]).toBe(404);
  });
});

describe('infer with JSON', () => {
  test('answers one tensor a column, gives the id back and names model and version', async () => {
    const answer = await call('POST', '/v2/models/flights/infer', { id: '42', inputs: flight });
    expect(answer.headers).toEqual({ 'Content-Type': 'application/json' });
    expect(jsonOf(answer)).toEqual({
      model_name: 'flights',
      model_version: '1.0.0',
      id: '42',
      outputs: [{ name: 'value', datatype: 'FP32', shape: [1], data: [1308.5] }],
    });
  });

  test('takes [n, 1] and nested data as it takes [n] and flat', async () => {
    const inputs = flight.map(({ name, datatype, data }) => tensor(name, datatype, [1, 1], [data]));
    expect(jsonOf(await call('POST', '/v2/models/flights/infer', { inputs }))).toMatchObject({
      outputs: [{ data: [1308.5] }],
    });
  });

  test('takes one tensor for all columns when they are numbers, nested or flat', async () => {
    for (const data of [
      [
        [1.5, 2],
        [3, 4],
      ],
      [1.5, 2, 3, 4],
    ]) {
      const inputs = [tensor('input-0', 'FP64', [2, 2], data)];
      expect(jsonOf(await call('POST', '/v2/models/numbers/infer', { inputs }))).toMatchObject({
        outputs: [{ shape: [2], data: [3.5, 7] }],
      });
    }
  });

  test('gives label and a row of probabilities a row, and only what was asked for', async () => {
    const inputs = [tensor('x', 'FP32', [2], [0, null])];
    const all = jsonOf(
      await call('POST', '/v2/models/late/infer', { inputs: [tensor('x', 'FP32', [2], [0, 5])] }),
    );
    expect(all).toMatchObject({
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [2], data: ['on time', 'late'] },
        { name: 'probabilities', datatype: 'FP32', shape: [2, 2] },
      ],
    });
    const one = jsonOf(await call('POST', '/v2/models/late/infer', { inputs, outputs: [{ name: 'label' }] }));
    expect(one).toMatchObject({ outputs: [{ name: 'label', shape: [2] }] });
  });

  test('keeps the last digits of 64-bit integers', async () => {
    // A double would carry it as 2^63, which is no INT64 any more.
    const body = '{"inputs":[{"name":"big","datatype":"INT64","shape":[1],"data":[9223372036854775807]}]}';
    expect(jsonOf(await call('POST', '/v2/models/big/infer', body))).toMatchObject({
      outputs: [{ data: [Math.fround(2 ** 63)] }],
    });
    const beyond = body.replace('9223372036854775807', '9223372036854775808');
    expect(await errorOf('/v2/models/big/infer', beyond)).toEqual([
      400,
      expect.stringContaining('9223372036854775808, which is out of the range of INT64'),
    ]);
  });

  test('takes a missing column as missing where it may be, and dates as text', async () => {
    const inputs = [
      tensor('distance', 'INT32', [1], [300]),
      tensor('origin', 'BYTES', [1], ['ATL']),
      tensor('date', 'BYTES', [1], ['1970-01-01T00:00:00.007Z']),
      tensor('cargo', 'UINT8', [1], [1]),
      tensor('delay', 'FP32', [1], [0.5]),
    ];
    expect(jsonOf(await call('POST', '/v2/models/flights/infer', { inputs }))).toMatchObject({
      outputs: [{ data: [1308.5] }],
    });
    const [absent] = await errorOf('/v2/models/flights/infer', { inputs: inputs.slice(1) });
    expect(absent).toBe(400);
  });

  test.each([
    ['is no JSON', '{"inputs":', 'not JSON'],
    ['has no inputs', {}, 'inputs'],
    ['has an unknown input', { inputs: [tensor('y', 'FP64', [1], [1])] }, 'has no input \\"y\\"; it has x'],
    ['has an unknown datatype', { inputs: [tensor('x', 'BF16', [1], [1])] }, 'unknown datatype'],
    ['has FP16 as JSON', { inputs: [tensor('x', 'FP16', [1], [1])] }, 'binary data only'],
    ['counts wrongly', { inputs: [tensor('x', 'FP64', [3], [1, 2])] }, '2 elements, and its shape [3] has 3'],
    ['has a wrong rank', { inputs: [tensor('x', 'FP64', [1, 2], [1, 2])] }, 'expected [n] or [n, 1]'],
    ['has a text for a number', { inputs: [tensor('x', 'FP64', [1], ['1'])] }, 'is no FP64'],
    ['has a wrong datatype', { inputs: [tensor('x', 'BYTES', [1], ['1'])] }, 'datatype BYTES, expected FP64'],
    ['has a number out of range', { inputs: [tensor('x', 'INT8', [1], [128])] }, 'out of the range of INT8'],
    [
      'asks for an unknown output',
      { inputs: [tensor('x', 'FP64', [1], [1])], outputs: [{ name: 'z' }] },
      'no output \\"z\\"',
    ],
  ])('refuses with 400 what %s', async (_name, body, words) => {
    const [status, told] = await errorOf('/v2/models/late/infer', body);
    expect(status).toBe(400);
    expect(told).toContain(words);
  });

  test('refuses a fraction where the column holds whole numbers', async () => {
    const inputs = [tensor('input-0', 'FP64', [1, 2], [1, 2.5])];
    expect(await errorOf('/v2/models/numbers/infer', { inputs })).toEqual([
      400,
      expect.stringContaining('has 2.5 in row 0, expected a whole number'),
    ]);
  });
});

describe('infer with binary tensors', () => {
  const binary = (message: object, ...tensors: Buffer[]) => {
    const head = Buffer.from(JSON.stringify(message));
    return [
      Buffer.concat([head, ...tensors]),
      { 'inference-header-content-length': String(head.length) },
    ] as const;
  };

  test('takes every width, little-endian, BYTES with their lengths', async () => {
    const text = Buffer.from('\x03\0\0\0ATL', 'latin1');
    const parts: [string, string, Buffer][] = [
      ['distance', 'UINT16', Buffer.from(Uint16Array.of(300).buffer)],
      ['delay', 'FP32', Buffer.from(Float32Array.of(0.5).buffer)],
      ['origin', 'BYTES', text],
      ['date', 'INT64', Buffer.from(BigInt64Array.of(7n).buffer)],
      ['cargo', 'BOOL', Buffer.of(1)],
    ];
    const inputs = parts.map(([name, datatype, bytes]) => ({
      name,
      datatype,
      shape: [1],
      parameters: { binary_data_size: bytes.length },
    }));
    const [body, headers] = binary({ inputs }, ...parts.map(([, , bytes]) => bytes));
    expect(jsonOf(await call('POST', '/v2/models/flights/infer', body, headers))).toMatchObject({
      outputs: [{ data: [1308.5] }],
    });
  });

  test.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x0001, 2 ** -24],
    [0x7bff, 65_504],
  ])('reads the FP16 %i as %d', async (bits, value) => {
    const half = Buffer.from(Uint16Array.of(bits).buffer);
    const one = Buffer.from(BigInt64Array.of(0n).buffer);
    const [body, headers] = binary(
      {
        inputs: [
          { name: 'a', datatype: 'FP16', shape: [1], parameters: { binary_data_size: 2 } },
          { name: 'b', datatype: 'INT64', shape: [1], parameters: { binary_data_size: 8 } },
        ],
      },
      half,
      one,
    );
    expect(jsonOf(await call('POST', '/v2/models/numbers/infer', body, headers))).toMatchObject({
      outputs: [{ data: [Math.fround(value)] }],
    });
  });

  test('answers in binary behind the JSON when asked to, an output at a time or all', async () => {
    const inputs = [tensor('x', 'FP64', [1], [5])];
    const all = await call('POST', '/v2/models/late/infer', {
      inputs,
      parameters: { binary_data_output: true },
    });
    expect(all.headers['Content-Type']).toBe('application/octet-stream');
    const length = Number(all.headers['Inference-Header-Content-Length']);
    const bytes = Buffer.from(all.body);
    expect(JSON.parse(bytes.toString('utf8', 0, length)).outputs).toEqual([
      { name: 'label', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 8 } },
      { name: 'probabilities', datatype: 'FP32', shape: [1, 2], parameters: { binary_data_size: 8 } },
    ]);
    expect(bytes.subarray(length, length + 8)).toEqual(Buffer.from('\x04\0\0\0late', 'latin1'));
    expect(bytes.readFloatLE(length + 12)).toBeCloseTo(1 / (1 + Math.exp(-5)), 6);
    const mixed = await call('POST', '/v2/models/late/infer', {
      inputs,
      outputs: [{ name: 'probabilities', parameters: { binary_data: true } }, { name: 'label' }],
    });
    expect(String(mixed.body)).toContain('"data":["late"]');
    expect(mixed.headers['Content-Type']).toBe('application/octet-stream');
  });

  test.each([
    ['bytes too few', 4, Buffer.alloc(4), 'has 4 bytes, and 1 elements of FP64 have 8'],
    ['a size beyond the body', 16, Buffer.alloc(8), 'needs 16 bytes'],
    ['bytes of nobody', 8, Buffer.alloc(9), '1 bytes of the body belong to no input'],
  ])('refuses %s', async (_name, size, bytes, words) => {
    const [body, headers] = binary(
      { inputs: [{ name: 'x', datatype: 'FP64', shape: [1], parameters: { binary_data_size: size } }] },
      bytes,
    );
    const [status, told] = await errorOf('/v2/models/late/infer', body, headers);
    expect([status, told]).toEqual([400, expect.stringContaining(words)]);
  });
});

describe('the repository', () => {
  test('unloads a model until it is loaded again', async () => {
    expect((await call('POST', '/v2/repository/models/late/unload')).status).toBe(200);
    expect((await call('GET', '/v2/models/late/ready')).status).toBe(404);
    expect((await errorOf('/v2/models/late/infer', { inputs: [tensor('x', 'FP64', [1], [1])] }))[0]).toBe(
      400,
    );
    expect(jsonOf(await call('POST', '/v2/repository/index', {}))).toContainEqual({
      name: 'late',
      version: '1.0.0',
      state: 'UNAVAILABLE',
      reason: 'unloaded',
    });
    expect(jsonOf(await call('POST', '/v2/repository/index', { ready: true }))).toHaveLength(3);
    expect((await call('POST', '/v2/repository/models/late/load')).status).toBe(200);
    expect((await call('GET', '/v2/models/late/ready')).status).toBe(200);
    expect((await errorOf('/v2/repository/models/nothing/load', ''))[0]).toBe(404);
  });
});

describe('KServe v1', () => {
  test('lists models and predicts from instances and inputs', async () => {
    expect(jsonOf(await call('GET', '/v1/models'))).toEqual({
      models: ['late', 'flights', 'numbers', 'big'],
    });
    expect(jsonOf(await call('GET', '/v1/models/late'))).toEqual({ name: 'late', ready: true });
    const predictions = { predictions: [{ value: 3 }] };
    for (const body of [
      { instances: [[1, 2]] },
      { instances: [{ a: 1, b: 2 }] },
      { inputs: { a: [1], b: [2] } },
    ])
      expect(jsonOf(await call('POST', '/v1/models/numbers:predict', body))).toEqual(predictions);
    expect((await errorOf('/v1/models/nothing:predict', { instances: [] }))[0]).toBe(404);
  });
});
