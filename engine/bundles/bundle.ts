import type { BundleManifest, Cell, PredictResponse } from '../../local-api/contract/index.ts';

export type Answers = Pick<PredictResponse, 'label' | 'classes' | 'probabilities' | 'value'>;

export type BundleFile = {
  /** Relative, with forward slashes. */
  path: string;
  sizeBytes: number;
  digest: string;
  bytes: Uint8Array;
};

/** Rows of the kinds that a model meets, with the answers that it gave where the bundle was made. */
export type GoldenRows = { rows: Record<string, Cell>[]; answers: Answers };

/** A model version as one set of files, signed. The same version gives the same bytes. */
export type Bundle = {
  /** Of its manifest, which names every other file by digest. A bundle signed anew with another key keeps it. */
  digest: string;
  manifest: BundleManifest;
  /** All of them, sorted by path. */
  files: readonly BundleFile[];
};

/** Names of the files of a bundle that its parts agree on; docs/reference/bundle-format.md lists all. */
export const bundlePaths = {
  manifest: 'manifest.json',
  checksums: 'checksums.sha256',
  statement: 'provenance.intoto.jsonl',
  publicKey: 'signing-key.pem',
  model: 'model.onnx',
  signature: 'signature.json',
  card: 'card.md',
  goldenRows: 'golden-rows.json',
  goldenAnswers: 'golden-answers.json',
  sbom: 'sbom.cdx.json',
  lineage: 'lineage.json',
} as const;

/** What the manifest cannot list: it, and what is made of it. */
export const outsideManifest: ReadonlySet<string> = new Set([
  bundlePaths.manifest,
  bundlePaths.checksums,
  bundlePaths.statement,
  bundlePaths.publicKey,
]);
