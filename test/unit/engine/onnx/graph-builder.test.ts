import { describe, expect, test } from 'vitest';
import { createSession, float, GraphBuilder, tensor } from '../../../../engine/onnx/index.ts';

const scalar = (value: bigint) => BigInt64Array.of(value);

describe('GraphBuilder', () => {
  test('builds a graph that ONNX Runtime loads and computes', async () => {
    const g = new GraphBuilder('affine');
    const x = g.input('x', 'float32', ['N', 2]);
    const y = g.node('Add', [
      g.node('MatMul', [x, g.constant(Float32Array.of(1, 2, 3, 4), [2, 2])]),
      g.constant(Float32Array.of(0.5, -0.5)),
    ]);
    g.output('y', y, 'float32', ['N', 2]);
    const session = await createSession(g.build({ metadata: { b: '2', a: '1' } }));
    expect(session.inputNames).toEqual(['x']);
    expect(session.outputNames).toEqual(['y']);
    const out = await session.run({
      x: { type: 'float32', data: Float32Array.of(1, 1, 0, 2), dims: [2, 2] },
    });
    expect([...out.float32('y')]).toEqual([4.5, 5.5, 6.5, 7.5]);
    expect(out.dims('y')).toEqual([2, 2]);
    await session.release();
  });

  test('passes every element type through constants unchanged', async () => {
    const g = new GraphBuilder('constants');
    g.input('unused', 'float32', ['N']);
    const text = ['', 'é', '"quoted"', 'a=b/c', 'line\nbreak', '漢字'];
    g.output('s', g.constant(text), 'string', [text.length]);
    g.output('i', g.constant(BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)), 'int64', [2]);
    g.output('f', g.constant(Float32Array.of(-0, Number.NaN, Number.POSITIVE_INFINITY)), 'float32', [3]);
    g.output('d', g.node('Cast', [g.constant(Float64Array.of(0.1))], { to: 7 }), 'int64', [1]);
    g.output('b', g.node('Cast', [g.constant([true, false, true])], { to: 7 }), 'int64', [3]);
    g.output('i32', g.node('Cast', [g.constant(Int32Array.of(-5, 7))], { to: 7 }), 'int64', [2]);
    const session = await createSession(g.build());
    const out = await session.run({ unused: { type: 'float32', data: new Float32Array(1), dims: [1] } });
    expect(out.strings('s')).toEqual(text);
    expect([...out.int64('i')]).toEqual([-(2n ** 63n), 2n ** 63n - 1n]);
    expect([...out.float32('f')]).toEqual([-0, Number.NaN, Number.POSITIVE_INFINITY]);
    expect([...out.int64('d')]).toEqual([0n]);
    expect([...out.int64('b')]).toEqual([1n, 0n, 1n]);
    expect([...out.int64('i32')]).toEqual([-5n, 7n]);
  });

  test('runs a Loop whose body carries state, uses an outer value and gives a scan output', async () => {
    const g = new GraphBuilder('loop');
    const start = g.input('start', 'float32', [1]);
    const factor = g.node('Add', [g.constant(Float32Array.of(1)), g.constant(Float32Array.of(2))]);
    const body = g.subgraph('step');
    body.input('iteration', 'int64', []);
    const go = body.input('go', 'bool', []);
    const state = body.input('state', 'float32');
    const next = body.node('Mul', [state, factor]);
    body.output('go_on', body.node('Identity', [go]), 'bool', []);
    body.output('next', next, 'float32');
    body.output('seen', body.node('Squeeze', [next, g.constant(scalar(0n))]), 'float32');
    const [last, seen] = g.nodes('Loop', [g.constant(scalar(3n), []), g.constant([true], []), start], 2, {
      body,
    });
    if (last === undefined || seen === undefined) throw new Error('Loop has two outputs');
    g.output('last', last, 'float32', [1]);
    g.output('seen', seen, 'float32', ['steps']);
    const session = await createSession(g.build());
    const out = await session.run({ start: { type: 'float32', data: Float32Array.of(2), dims: [1] } });
    expect([...out.float32('last')]).toEqual([54]);
    expect([...out.float32('seen')]).toEqual([6, 18, 54]);
  });

  test('runs an If with a branch each way', async () => {
    const g = new GraphBuilder('if');
    const condition = g.input('condition', 'bool', []);
    const branch = (name: string, value: number) => {
      const sub = g.subgraph(name);
      sub.output(`${name}_out`, sub.constant(Float32Array.of(value)), 'float32', [1]);
      return sub;
    };
    const result = g.node('If', [condition], {
      then_branch: branch('yes', 1),
      else_branch: branch('no', -1),
    });
    g.output('result', result, 'float32', [1]);
    const session = await createSession(g.build());
    const run = async (value: number) =>
      (await session.run({ condition: { type: 'bool', data: Uint8Array.of(value), dims: [] } })).float32(
        'result',
      )[0];
    expect(await run(1)).toBe(1);
    expect(await run(0)).toBe(-1);
  });

  test('writes attributes of every kind so that operators understand them', async () => {
    const g = new GraphBuilder('attributes');
    const x = g.input('x', 'string', ['N']);
    const code = g.node(
      'LabelEncoder',
      [x],
      { keys_strings: ['a', 'b'], values_int64s: [10, 20], default_int64: -1 },
      { domain: 'ai.onnx.ml' },
    );
    const weights = g.node(
      'LabelEncoder',
      [code],
      { keys_int64s: Int32Array.of(10), values_floats: Float32Array.of(0.25), default_float: float(1) },
      { domain: 'ai.onnx.ml' },
    );
    const filled = g.node('ConstantOfShape', [g.node('Shape', [x])], { value: tensor(Float32Array.of(7)) });
    g.output('code', code, 'int64', ['N']);
    g.output('weights', weights, 'float32', ['N']);
    g.output('filled', filled, 'float32', ['N']);
    const session = await createSession(g.build());
    const out = await session.run({ x: { type: 'string', data: ['b', 'z', 'a'], dims: [3] } });
    expect([...out.int64('code')]).toEqual([20n, -1n, 10n]);
    expect([...out.float32('weights')]).toEqual([1, 1, 0.25]);
    expect([...out.float32('filled')]).toEqual([7, 7, 7]);
  });

  test('gives one value out under two names, and an input straight out', async () => {
    const g = new GraphBuilder('twice');
    const x = g.input('x', 'float32', ['N']);
    const y = g.node('Neg', [x]);
    g.output('a', y, 'float32', ['N']);
    g.output('b', y, 'float32', ['N']);
    g.output('same', x, 'float32', ['N']);
    const session = await createSession(g.build());
    const out = await session.run({ x: { type: 'float32', data: Float32Array.of(3), dims: [1] } });
    expect([out.float32('a')[0], out.float32('b')[0], out.float32('same')[0]]).toEqual([-3, -3, 3]);
  });

  test('accepts any input name, even one that looks like a name of its own', async () => {
    const g = new GraphBuilder('names');
    const names = ['v1', 'v2', 'größe (cm)', 'a/b', ' ', '"', '日付'];
    const sum = g.node(
      'Sum',
      names.map((name) => g.node('Abs', [g.input(name, 'float32', ['N'])])),
    );
    g.output('sum', sum, 'float32', ['N']);
    const session = await createSession(g.build());
    const feed = { type: 'float32' as const, data: Float32Array.of(-1), dims: [1] };
    const out = await session.run(Object.fromEntries(names.map((name) => [name, feed])));
    expect(out.float32('sum')[0]).toBe(names.length);
  });

  test('leaves out constants that no node uses', () => {
    const build = (withUnused: boolean) => {
      const g = new GraphBuilder('lean');
      const x = g.input('x', 'float32', ['N']);
      if (withUnused) g.constant(new Float32Array(100));
      g.output('y', g.node('Neg', [x]), 'float32', ['N']);
      return Buffer.from(g.build());
    };
    expect(build(true).equals(build(false))).toBe(true);
  });

  test('gives the same bytes for the same calls', () => {
    const build = () => {
      const g = new GraphBuilder('same');
      const x = g.input('x', 'float32', ['N']);
      g.output('y', g.node('Clip', [x, g.constant(Float32Array.of(0), []), null]), 'float32', ['N']);
      return g.build({ metadata: { z: '1', a: '2' } });
    };
    expect(Buffer.from(build()).equals(Buffer.from(build()))).toBe(true);
  });

  test('refuses a name twice, a number that is no integer without float(), and data that does not fill its shape', () => {
    const g = new GraphBuilder('faults');
    const x = g.input('x', 'float32', ['N']);
    expect(() => g.input('x', 'float32', ['N'])).toThrow('the name x is taken');
    expect(() => g.node('LeakyRelu', [x], { alpha: 0.1 })).toThrow('use float()');
    expect(() => g.constant(Float32Array.of(1, 2), [3])).toThrow('2 elements do not fill [3]');
  });
});

describe('createSession', () => {
  test('answers models/invalid-onnx with the reason for bytes that are no model', async () => {
    await expect(createSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: 'models/invalid-onnx',
    });
  });

  test('answers models/invalid-onnx naming the operator that does not fit', async () => {
    const g = new GraphBuilder('bad');
    g.output('y', g.node('NoSuchOperator', [g.input('x', 'float32', ['N'])]), 'float32', ['N']);
    await expect(createSession(g.build())).rejects.toThrow('NoSuchOperator');
  });

  test('answers models/invalid-onnx when a feed has the wrong type', async () => {
    const g = new GraphBuilder('typed');
    g.output('y', g.node('Neg', [g.input('x', 'float32', ['N'])]), 'float32', ['N']);
    const session = await createSession(g.build());
    await expect(session.run({ x: { type: 'string', data: ['1'], dims: [1] } })).rejects.toMatchObject({
      code: 'models/invalid-onnx',
    });
  });
});
