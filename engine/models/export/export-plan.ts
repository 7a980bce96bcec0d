import type { OnnxVersion } from '../../onnx/index.ts';

/** What the job process needs to write an export. */
export type ExportPlan = {
  /** Absolute path of the folder. */
  target: string;
  /** A folder beside it, where the export is put together. */
  staging: string;
  overwrite: boolean;
  version: OnnxVersion;
  model: Uint8Array;
  /** Files of the run that go along: recipe.json, evaluation.json. */
  runFiles: { path: string; bytes: Uint8Array }[];
};

/** Names the files that an export wrote and their digests; tells an earlier export from a folder of somebody's own. */
export const checksumsFile = 'checksums.sha256';
