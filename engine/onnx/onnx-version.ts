import type { ModelVersion } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';

/** What is needed of a version to run it. */
export type VersionFile = Pick<
  ModelVersion,
  'model' | 'version' | 'digest' | 'sizeBytes' | 'signature' | 'source'
>;

/** A version that Assay can run: with an ONNX file and a signature. */
export type OnnxVersion<T extends VersionFile = ModelVersion> = T & {
  [K in 'digest' | 'sizeBytes' | 'signature']: NonNullable<VersionFile[K]>;
};

/** Throws models/no-onnx for a version that an MLflow client registered. */
export function withOnnx<T extends VersionFile>(version: T): OnnxVersion<T> {
  const { digest, sizeBytes, signature } = version;
  if (digest !== null && sizeBytes !== null && signature !== null)
    return { ...version, digest, sizeBytes, signature };
  throw new AssayError(
    'models/no-onnx',
    `${version.model} ${version.version} has no ONNX file: its files are at ${version.source}`,
  );
}
