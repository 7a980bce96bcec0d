import { extname } from 'node:path';
import { digestOf } from '../bundle.ts';
import { manifestOf, manifestPath } from '../files/version-manifest.ts';
import type { Bundle } from '../target.ts';
import { manifestType } from './registry-client.ts';

/*
 * A version as a ModelPack artifact (CNCF model specification 1.0): a config that describes the model and a layer a file,
 * each the bare file. Titles as ORAS reads them let "oras pull" write the files under their names.
 */

export const artifactType = 'application/vnd.cncf.model.manifest.v1+json';
const configType = 'application/vnd.cncf.model.config.v1+json';
export const filepathKey = 'org.cncf.model.filepath';
const titleKey = 'org.opencontainers.image.title';
const emptyConfig = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};

/** A file of the artifact, or its config. */
export type PackBlob = {
  path: string;
  digest: string;
  sizeBytes: number;
  bytes(): Promise<Uint8Array>;
};
type Descriptor = {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
};
export type Attachment = { name: string; artifactType: string; bytes: Uint8Array; digest: string };
export type ModelPack = {
  manifest: { bytes: Uint8Array; digest: string };
  /** Everything that the manifest and its attachments name, each digest once; the config comes last. */
  blobs: PackBlob[];
  /** Artifacts that refer to the manifest: what the files say about the model (SBOM, provenance). */
  attachments: Attachment[];
};

/** The same bundle gives the same bytes. */
export function modelPack(bundle: Bundle): ModelPack {
  const { version } = bundle;
  const created = new Date(version.createdAtMs).toISOString();
  const files: PackBlob[] = [...bundle.files, inMemory(manifestPath, manifestOf(bundle))].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const config = inMemory('config', json(configOf(bundle, files, created)));
  const manifest = json({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType,
    config: { mediaType: configType, digest: config.digest, size: config.sizeBytes },
    layers: files.map((file) => layerOf(file, created)),
    annotations: {
      'org.opencontainers.image.created': created,
      [titleKey]: version.model,
      'org.opencontainers.image.version': version.version,
      ...(version.description === ''
        ? {}
        : { 'org.opencontainers.image.description': version.description.slice(0, 1000) }),
    },
  });
  const digest = digestOf(manifest);
  const subject = { mediaType: manifestType, digest, size: manifest.byteLength };
  const attachments = files.flatMap((file) => attachmentOf(file, subject, created));
  const empty = inMemory('empty config', Buffer.from('{}'));
  const blobs = [...files, ...(attachments.length === 0 ? [] : [empty]), config];
  return {
    manifest: { bytes: manifest, digest },
    blobs: [...new Map(blobs.map((blob) => [blob.digest, blob])).values()],
    attachments,
  };
}

function configOf({ version }: Bundle, files: readonly PackBlob[], created: string) {
  return {
    descriptor: {
      createdAt: created,
      name: version.model,
      version: version.version,
      title: version.model,
      ...(version.description === '' ? {} : { description: version.description }),
    },
    config: { architecture: version.trainer === '' ? 'tabular' : version.trainer, format: 'onnx' },
    modelfs: { type: 'layers', diffIds: files.map(({ digest }) => digest) },
  };
}

function layerOf({ path, digest, sizeBytes }: PackBlob, created: string): Descriptor {
  const metadata = {
    name: path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: sizeBytes,
    mtime: created,
    typeflag: 48,
  };
  return {
    mediaType: `application/vnd.cncf.model.${kindOf(path)}.v1.raw`,
    digest,
    size: sizeBytes,
    annotations: {
      [titleKey]: path,
      [filepathKey]: path,
      'org.cncf.model.file.metadata+json': JSON.stringify(metadata),
    },
  };
}

function kindOf(path: string): string {
  if (path.endsWith('.onnx')) return 'weight';
  if (/^golden-|example/.test(path)) return 'dataset';
  const kinds: Record<string, string> = {
    '.md': 'doc',
    '.txt': 'doc',
    '.pem': 'doc',
    '.jsonl': 'doc',
    '.py': 'code',
    '.mjs': 'code',
  };
  return kinds[extname(path)] ?? 'weight.config';
}

/** Types under which tools for supply chains look. */
const attached: { ending: RegExp; artifactType: string; mediaType: string }[] = [
  {
    ending: /\.cdx\.json$/,
    artifactType: 'application/vnd.cyclonedx+json',
    mediaType: 'application/vnd.cyclonedx+json',
  },
  { ending: /\.spdx\.json$/, artifactType: 'application/spdx+json', mediaType: 'application/spdx+json' },
  {
    ending: /\.intoto\.jsonl?$/,
    artifactType: 'application/vnd.in-toto+json',
    mediaType: 'application/vnd.dsse.envelope.v1+json',
  },
];

function attachmentOf(
  { path, digest, sizeBytes }: PackBlob,
  subject: Descriptor,
  created: string,
): Attachment[] {
  const known = attached.find(({ ending }) => ending.test(path));
  if (known === undefined) return [];
  const bytes = json({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: known.artifactType,
    config: emptyConfig,
    layers: [{ mediaType: known.mediaType, digest, size: sizeBytes, annotations: { [titleKey]: path } }],
    subject,
    annotations: { 'org.opencontainers.image.created': created },
  });
  return [{ name: path, artifactType: known.artifactType, bytes, digest: digestOf(bytes) }];
}

function inMemory(path: string, bytes: Uint8Array): PackBlob {
  return { path, digest: digestOf(bytes), sizeBytes: bytes.byteLength, bytes: async () => bytes };
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
