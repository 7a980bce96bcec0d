import { describe, expect, it } from 'vitest';
import { float, GraphBuilder } from '../../../../../../engine/onnx/index.ts';
import {
  type OnnxNode,
  readOnnxGraph,
} from '../../../../../../renderer/features/runs/artifacts/onnx-graph.ts';
import { foldScopes, layOut } from '../../../../../../renderer/features/runs/artifacts/onnx-layout.ts';

function model(): Uint8Array {
  const g = new GraphBuilder('small');
  const x = g.input('x', 'float32', ['N', 2]);
  const product = g.node('Gemm', [x, g.constant(Float32Array.of(1, 2))], { alpha: float(0.5), transB: 1 });
  g.output('y', g.node('Relu', [product]), 'float32', ['N', 2]);
  return g.build();
}

describe('the graph of a model', () => {
  it('has nodes with attributes, edges by the names of tensors, and constants apart', () => {
    const graph = readOnnxGraph(model());
    expect(graph.nodes.map(({ operator }) => operator)).toEqual(['Gemm', 'Relu']);
    expect(graph.nodes[0]?.attributes).toEqual(
      expect.arrayContaining([
        { name: 'alpha', value: '0.5' },
        { name: 'transB', value: '1' },
      ]),
    );
    expect(graph.nodes[1]?.inputs).toEqual(graph.nodes[0]?.outputs);
    expect(graph.inputs).toEqual([{ name: 'x', type: 'float [N, 2]' }]);
    expect([...graph.constants.values()]).toEqual(['float [2]']);
  });

  it('is drawn from inputs down to outputs', () => {
    const { boxes, edges } = layOut(readOnnxGraph(model()), new Set());
    const y = (label: string) => boxes.find((box) => box.label === label)?.y ?? Number.NaN;
    expect(y('x')).toBeLessThan(y('Gemm'));
    expect(y('Gemm')).toBeLessThan(y('Relu'));
    expect(y('Relu')).toBeLessThan(y('y'));
    expect(edges).toHaveLength(3);
  });
});

describe('a graph of thousands of nodes', () => {
  const nodes = Array.from({ length: 3000 }, (_, index): OnnxNode => {
    const layer = Math.floor(index / 100);
    return {
      name: `/encoder/layer.${layer}/part.${Math.floor(index / 10) % 10}/op_${index}`,
      operator: 'Add',
      inputs: index === 0 ? ['x'] : [`t${index - 1}`],
      outputs: [`t${index}`],
      attributes: [],
    };
  });

  it('is folded by the scopes of the names, and a scope can be opened', () => {
    const folded = new Set(foldScopes(nodes, new Set()));
    expect(folded.size).toBe(30);
    expect(folded).toContain('sencoder/layer.7');
    const opened = new Set(foldScopes(nodes, new Set(['encoder/layer.7'])));
    expect(opened).toContain('sencoder/layer.7/part.3');
    expect(opened).not.toContain('sencoder/layer.7');
    const open = ['encoder/layer.7', 'encoder/layer.7/part.3'];
    expect(new Set(foldScopes(nodes, new Set(open)))).toContain('n730');
  });

  it('is laid out a box a scope', () => {
    const graph = {
      nodes,
      inputs: [{ name: 'x', type: '' }],
      outputs: [],
      constants: new Map(),
      types: new Map(),
    };
    const { boxes } = layOut(graph, new Set());
    expect(boxes).toHaveLength(31);
  });
});
