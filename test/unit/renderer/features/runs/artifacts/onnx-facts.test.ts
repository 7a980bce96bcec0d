import { describe, expect, it } from 'vitest';
import { createSession, GraphBuilder } from '../../../../../../engine/onnx/index.ts';
import { readOnnxFacts } from '../../../../../../renderer/features/runs/artifacts/onnx-facts.ts';

function affineModel(): Uint8Array {
  const g = new GraphBuilder('affine');
  const x = g.input('distance', 'float32', ['N', 2]);
  const sum = g.node('Add', [x, g.constant(Float32Array.of(1, 2))]);
  g.output('value', g.node('Add', [sum, g.constant(Float32Array.of(3, 4))]), 'float32', ['N', 2]);
  return g.build({ metadata: { signature: '{"task":"regression"}' } });
}

describe('readOnnxFacts', () => {
  it('reads names, types and shapes as ONNX Runtime knows them', async () => {
    const bytes = affineModel();
    const facts = readOnnxFacts(bytes);
    const session = await createSession(bytes);
    expect(facts.inputs.map((input) => input.name)).toEqual(session.inputNames);
    expect(facts.outputs.map((output) => output.name)).toEqual(session.outputNames);
    expect(facts.inputs[0]?.type).toBe('float [N, 2]');
    await session.release();
  });

  it('counts operators and reads versions and metadata', () => {
    const facts = readOnnxFacts(affineModel());
    expect(facts.operators).toContainEqual({ name: 'Add', count: 2 });
    expect(facts.opsets.find((opset) => opset.domain === 'ai.onnx')?.version).toBeGreaterThanOrEqual(13);
    expect(facts.irVersion).toBeGreaterThan(3);
    expect(facts.metadata.signature).toBe('{"task":"regression"}');
  });

  it('counts the operators inside the body of a Loop', () => {
    const g = new GraphBuilder('loop');
    const start = g.input('start', 'float32', [1]);
    const body = g.subgraph('step');
    body.input('iteration', 'int64', []);
    const go = body.input('go', 'bool', []);
    const state = body.input('state', 'float32');
    body.output('go_on', body.node('Identity', [go]), 'bool', []);
    body.output('next', body.node('Tanh', [state]), 'float32');
    const [last] = g.nodes('Loop', [g.constant(BigInt64Array.of(3n), []), g.constant([true], []), start], 1, {
      body,
    });
    if (last === undefined) throw new Error('Loop has an output');
    g.output('last', last, 'float32', [1]);
    expect(readOnnxFacts(g.build()).operators.map((operator) => operator.name)).toContain('Tanh');
  });

  it('says so when the bytes are no model', () => {
    expect(() => readOnnxFacts(new TextEncoder().encode('<html>not found</html>'))).toThrow(
      /not an ONNX file/,
    );
    expect(() => readOnnxFacts(affineModel().subarray(0, 60))).toThrow(/not an ONNX file/);
  });
});
