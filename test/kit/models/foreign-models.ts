import { readFile } from 'node:fs/promises';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { GraphBuilder, type Value } from '../../../engine/onnx/index.ts';
import type { Cell } from '../../../local-api/contract/index.ts';

const folder = new URL('../../fixtures/imported/', import.meta.url);

/** What the library that trained a model answers. */
export type ForeignCase = {
  features: string[];
  rows: Record<string, Cell>[];
  label?: string[];
  classes?: string[];
  probabilities?: number[][];
  value?: number[];
};

export async function foreignCase(name: string): Promise<ForeignCase & { file: Buffer; path: string }> {
  const cases = JSON.parse(await readFile(new URL('cases.json', folder), 'utf8')) as Record<
    string,
    ForeignCase
  >;
  const found = cases[name];
  if (found === undefined) throw new Error(`there is no case ${name}`);
  const url = new URL(`${name}.onnx`, folder);
  return { ...found, file: await readFile(url), path: url.pathname };
}

/** A graph with the input X of shape [N, width], and outputs made of it. */
export function foreignGraph(
  make: (g: GraphBuilder, x: Value) => void,
  { width = 2, rows = 'N' as string | number } = {},
): Uint8Array {
  const g = new GraphBuilder('foreign');
  make(g, g.input('X', 'float32', [rows, width]));
  return g.build();
}

/** Adds 1 to a number in a loop of so many rounds. Its body has a value of the name "carried". */
export function loopingModel(rounds: bigint): Uint8Array {
  return foreignGraph(
    (g, x) => {
      const body = g.subgraph('body');
      body.input('round', 'int64', []);
      const going = body.input('going', 'bool', []);
      const carried = body.input('carried', 'float32');
      body.output('still', body.node('Identity', [going]), 'bool', []);
      body.output('next', body.node('Add', [carried, g.constant(Float32Array.of(1))]), 'float32');
      const yes = g.node('Cast', [g.constant(BigInt64Array.of(1n), [])], { to: 9 });
      const [last] = g.nodes('Loop', [g.constant(BigInt64Array.of(rounds), []), yes, x], 1, { body });
      if (last !== undefined) g.output('y', last, 'float32', ['N', 1]);
    },
    { width: 1 },
  );
}

/** A loop that nobody lives to see the end of. */
export const endlessModel = (): Uint8Array => loopingModel(2n ** 60n);

/** The file with a weight that is said to lie in another file. */
export function withWeightsElsewhere(): Uint8Array {
  const delimited = WireType.LengthDelimited;
  const model = new BinaryWriter();
  const graph = new BinaryWriter();
  const node = new BinaryWriter();
  node.tag(1, delimited).string('X').tag(1, delimited).string('W').tag(2, delimited).string('y');
  node.tag(4, delimited).string('MatMul');
  graph.tag(1, delimited).bytes(node.finish());
  graph.tag(5, delimited).fork().tag(1, WireType.Varint).int64(2).tag(1, WireType.Varint).int64(1);
  graph.tag(2, WireType.Varint).int32(1).tag(8, delimited).string('W');
  graph
    .tag(13, delimited)
    .fork()
    .tag(1, delimited)
    .string('location')
    .tag(2, delimited)
    .string('../secret')
    .join();
  graph.tag(14, WireType.Varint).int32(1).join();
  for (const [field, name, size] of [
    [11, 'X', 2],
    [12, 'y', 1],
  ] as const) {
    graph.tag(field, delimited).fork().tag(1, delimited).string(name).tag(2, delimited).fork();
    graph.tag(1, delimited).fork().tag(1, WireType.Varint).int32(1).tag(2, delimited).fork();
    graph.tag(1, delimited).fork().tag(2, delimited).string('N').join();
    graph.tag(1, delimited).fork().tag(1, WireType.Varint).int64(size).join();
    graph.join().join().join().join();
  }
  model.tag(1, WireType.Varint).int64(8).tag(7, delimited).bytes(graph.finish());
  model.tag(8, delimited).fork().tag(1, delimited).string('').tag(2, WireType.Varint).int64(17).join();
  return model.finish();
}
