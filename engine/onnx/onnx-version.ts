import type { ModelVersion } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';

/** A version that Assay can run: with an ONNX file and a signature. */
export type OnnxVersion = ModelVersion & {
  [K in 'digest' | 'sizeBytes' | 'signature']: NonNullable<ModelVersion[K]>;
};

/** Throws models/no-onnx for a version that an MLflow client registered. */
export function withOnnx(version: ModelVersion): OnnxVersion {
  const { digest, sizeBytes, signature } = version;
  if (digest !== null && sizeBytes !== null && signature !== null)
    return { ...version, digest, sizeBytes, signature };
  throw new AssayError(
    'models/no-onnx',
    `${version.model} ${version.version} has no ONNX file: its files are at ${version.source}`,
  );
}
