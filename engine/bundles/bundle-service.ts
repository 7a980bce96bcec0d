import type { ImportBundleRequest, Job, VerifyBundleRequest } from '../../local-api/contract/index.ts';
import type { Keyring } from './keyring.ts';
import type { BundlePlan } from './make-bundle.ts';

/** Model versions as signed sets of files: made, written, checked and taken in. */
export type BundleService = {
  /**
   * What the bundle of a version is made of, for `makeBundle` in a job process. Versions are named 1.2.0 or @alias.
   * Errors: models/*-not-found, models/no-onnx, secrets/unreadable.
   */
  plan(name: string, version: string): Promise<BundlePlan>;
  /**
   * Submits a job that writes a version as a ZIP archive and gives an ExportResult: `bundle` is signed and checked by its
   * golden rows, `zip` holds what an export to a folder does. Errors: also request/invalid, export/target-exists.
   */
  export(
    name: string,
    version: string,
    options: { format: 'bundle' | 'zip'; path?: string | undefined; overwrite: boolean },
    parentJobId?: string | null,
  ): Promise<Job>;
  /** Submits a job whose result is a BundleReport. Errors: uploads/not-found, keys/invalid. */
  verify(request: VerifyBundleRequest, parentJobId?: string | null): Promise<Job>;
  /** Submits a job whose result is an ImportBundleResult. Errors: uploads/not-found. */
  import(request: ImportBundleRequest, parentJobId?: string | null): Promise<Job>;
  keys: Keyring;
};
