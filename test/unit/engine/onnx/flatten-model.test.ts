import { describe, expect, test } from 'vitest';
import { createSession, flattenModel, GraphBuilder } from '../../../../engine/onnx/index.ts';

/** x and 2x side by side. */
function pair(inputShape: readonly (number | string)[]): Uint8Array {
  const g = new GraphBuilder('pair');
  const x = g.node('Reshape', [g.input('x', 'float32', inputShape), g.constant(BigInt64Array.of(-1n, 1n))]);
  g.output('sum', g.node('ReduceSum', [x], { keepdims: 0 }), 'float32', []);
  g.output('both', g.node('Mul', [x, g.constant(Float32Array.of(1, 2))]), 'float32', ['N', 2]);
  return g.build({ metadata: { kept: 'yes' } });
}

describe('flattenModel', () => {
  test('replaces one [N, k] output by k outputs [N] and leaves the others', async () => {
    const flat = flattenModel(pair(['N']), { output: 'both', columns: ['p=a', 'p=b'], loneInput: null });
    const session = await createSession(flat);
    expect(session.outputNames).toEqual(['sum', 'p=a', 'p=b']);
    const out = await session.run({ x: { type: 'float32', data: Float32Array.of(1, 5), dims: [2] } });
    expect([...out.float32('p=a')]).toEqual([1, 5]);
    expect([...out.float32('p=b')]).toEqual([2, 10]);
    expect(out.dims('p=b')).toEqual([2]);
    expect([...out.float32('sum')]).toEqual([6]);
    expect(Buffer.from(flat).includes('kept')).toBe(true);
  });

  test('takes the only input as a column of a data frame', async () => {
    const flat = flattenModel(pair(['N']), {
      output: 'both',
      columns: ['a', 'b'],
      loneInput: { name: 'x', type: 'float32' },
    });
    const session = await createSession(flat);
    const out = await session.run({ x: { type: 'float32', data: Float32Array.of(3, 4), dims: [2, 1] } });
    expect([...out.float32('b')]).toEqual([6, 8]);
  });

  test('gives the same bytes back when there is nothing to replace', () => {
    const model = pair(['N']);
    const same = flattenModel(model, { output: 'none', columns: [], loneInput: null });
    expect(Buffer.from(same).equals(Buffer.from(model))).toBe(true);
  });
});
