import { AssayError } from '../../errors.ts';

export type ConvertedModel = { onnx: Uint8Array; format: 'tfjs-layers' | 'tfjs-graph'; producer: string };

export async function convertTfjs(
  _json: Uint8Array,
  _read: (path: string) => Promise<Uint8Array | null>,
): Promise<ConvertedModel> {
  throw new AssayError('models/not-importable', 'TensorFlow.js models are not read yet.');
}
