import type { Feed, OutputTensor } from '../../onnx/index.ts';

/** Engine host → process of a model. The file comes in parts, for a large one at once would hold the host. One question at a time. */
export type ToInference =
  | { type: 'part'; bytes: Uint8Array }
  | { type: 'open' }
  | { type: 'run'; feeds: Readonly<Record<string, Feed>> };

/** Process of a model → engine host: one answer for each `open` and `run`. */
export type FromInference =
  | { type: 'opened'; inputNames: readonly string[]; outputNames: readonly string[] }
  | { type: 'outputs'; tensors: Readonly<Record<string, OutputTensor>>; milliseconds: number }
  | { type: 'failed'; message: string };
