import type { GraphBuilder, InputColumn, Value } from '../../onnx/index.ts';
import type { Pipeline } from '../pipeline.ts';
import { weightedMean } from './greedy.ts';
import type { Stack } from './stack.ts';

/** How the answers of several pipelines become one. */
export type Join =
  | { kind: 'mean'; weights: readonly number[] }
  /** A linear model on the answers. */
  | { kind: 'stack'; stack: Stack };

/**
 * Several pipelines that become one: each answers from the same raw columns, and the answers are brought together. One graph,
 * so one file.
 */
export function ensemblePipeline(members: readonly Pipeline[], join: Join): Pipeline {
  const byName = new Map<string, InputColumn>();
  for (const { inputs } of members) for (const input of inputs) byName.set(input.name, input);
  return {
    inputs: [...byName.values()],
    featureNames: [...byName.keys()],
    addToGraph(graph, inputs) {
      const answers = members.map((member) => member.addToGraph(graph, inputs));
      return join.kind === 'mean'
        ? addWeightedMean(graph, answers, join.weights)
        : join.stack.addToGraph(graph, answers);
    },
    async predict(table, rows, signal) {
      const answers: Float32Array[] = [];
      for (const member of members) answers.push(await member.predict(table, rows, signal));
      return join.kind === 'mean' ? weightedMean(answers, join.weights) : join.stack.apply(answers);
    },
  };
}

function addWeightedMean(graph: GraphBuilder, answers: readonly Value[], weights: readonly number[]): Value {
  const parts = answers.map((answer, i) =>
    graph.node('Mul', [answer, graph.constant(Float32Array.of(weights[i] ?? 0))]),
  );
  return parts.reduce((sum, part) => graph.node('Add', [sum, part]));
}
