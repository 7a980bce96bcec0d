import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { writeNode } from './encode.ts';
import { copyFields } from './flatten-model.ts';

/**
 * A copy of a model whose only output is the value `name`, whatever it is inside the graph; what it does not need is no longer
 * computed. The output is called `as`, which no value of the graph may be called.
 */
export function withIntermediateOutput(model: Uint8Array, name: string, as: string): Uint8Array {
  const writer = new BinaryWriter();
  copyFields(model, writer, (field, bytes) => {
    if (field !== 7) return false;
    const graph = new BinaryWriter();
    copyFields(bytes, graph, (inner) => inner === 12);
    graph.tag(1, WireType.LengthDelimited).fork();
    // An input of the graph may not be its output as it is.
    writeNode(graph, {
      opType: 'Identity',
      domain: '',
      inputs: [name],
      outputs: [as],
      attributes: new Map(),
    });
    graph.join();
    // Without a type: ONNX Runtime infers it.
    graph.tag(12, WireType.LengthDelimited).fork();
    graph.tag(1, WireType.LengthDelimited).string(as);
    graph.join();
    writer.tag(field, WireType.LengthDelimited).bytes(graph.finish());
    return true;
  });
  return writer.finish();
}
