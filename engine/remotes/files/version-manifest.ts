import { z } from 'zod';
import { Digest, type ModelVersion } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { Bundle, PulledVersion } from '../target.ts';

/** Beside the files of a version on targets that keep nothing but files: what the version is, and which files it has. */
export const manifestPath = 'assay-version.json';
export const modelPath = 'model.onnx';

/** A path that stays below the folder that it is joined to, on every system. */
const SafePath = z
  .string()
  .max(1000)
  .refine(
    (path) =>
      !/[\\:\p{Cc}]/u.test(path) && path.split('/').every((part) => part !== '' && !/^\.{1,2}$/.test(part)),
    'a relative path with forward slashes and no ".."',
  );

const Texts = z.record(z.string(), z.string());

const VersionManifest = z.object({
  format: z.literal('assay-version/1'),
  model: z.string(),
  version: z.string(),
  bundleDigest: Digest,
  modelDigest: Digest,
  createdAt: z.iso.datetime(),
  description: z.string(),
  tags: Texts,
  run: z.object({
    id: z.string(),
    name: z.string(),
    params: Texts,
    metrics: z.record(z.string(), z.number()),
    tags: Texts,
    startedAtMs: z.number(),
    endedAtMs: z.number().nullable(),
  }),
  files: z.array(z.object({ path: SafePath, digest: Digest, sizeBytes: z.int().min(0) })),
});
export type VersionManifest = z.infer<typeof VersionManifest>;

/** The manifest of a bundle, as JSON: the same version gives the same bytes. Aliases move and are kept elsewhere. */
export function manifestOf(bundle: Bundle): Uint8Array {
  const { version, digest, files } = bundle;
  const manifest: VersionManifest = {
    format: 'assay-version/1',
    model: version.model,
    version: version.version,
    bundleDigest: digest,
    modelDigest: version.digest,
    createdAt: new Date(version.createdAtMs).toISOString(),
    description: version.description,
    tags: sorted(version.tags),
    run: runOf(bundle),
    files: files.map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes })),
  };
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8');
}

/** A version without a run stands for one. */
function runOf({ version, run }: Bundle): VersionManifest['run'] {
  const metrics = run === null ? Object.entries(version.metrics) : [];
  const last = Object.entries(run?.metrics ?? {}).map(([key, { value }]): [string, number] => [key, value]);
  return {
    id: run?.id ?? '',
    name: run?.name ?? `${version.model} ${version.version}`,
    params: sorted(run?.params ?? {}),
    metrics: sorted(Object.fromEntries([...metrics, ...last].filter(([, value]) => Number.isFinite(value)))),
    tags: sorted(run?.tags ?? {}),
    startedAtMs: run?.startedAtMs ?? version.createdAtMs,
    endedAtMs: run === null ? version.createdAtMs : run.endedAtMs,
  };
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads a manifest that came from a target. `where` names it. Errors: targets/damaged. */
export function readManifest(bytes: Uint8Array, where: string): VersionManifest {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new AssayError('targets/damaged', `${where} is no JSON.`);
  }
  const parsed = VersionManifest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AssayError('targets/damaged', `${where} does not describe a version as Assay writes it.`, {
    problems: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}

/** What a pull answers of a version whose manifest was read. */
export function pulledVersion(
  manifest: VersionManifest,
  { aliases, from }: { aliases: string[]; from: string },
): PulledVersion {
  const { model, version, description, tags, run, files } = manifest;
  return {
    model,
    version,
    description,
    aliases,
    tags,
    run,
    from,
    files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
  };
}

/**
 * Whether a manifest there is of the same bundle, described the same way. Its bytes may differ all the same: a workspace that
 * pulled the bundle has another time for it, and perhaps another run.
 */
export function isSameBundle(there: VersionManifest | null, { digest, version }: Bundle): boolean {
  return (
    there?.bundleDigest === digest &&
    there.description === version.description &&
    JSON.stringify(sorted(there.tags)) === JSON.stringify(sorted(version.tags))
  );
}

/** What two states of one version at a target are to each other. */
export function verdictOf(
  there: Pick<VersionManifest, 'model' | 'bundleDigest' | 'modelDigest'> | null,
  version: Pick<ModelVersion, 'model' | 'digest'>,
  isSame: boolean,
): 'new' | 'update' | 'same' | 'conflict' {
  if (there === null) return 'new';
  if (there.model !== version.model || there.modelDigest !== version.digest) return 'conflict';
  return isSame ? 'same' : 'update';
}

/** What a reference asks for: `name@alias`, `name/1.2.0`, or `name` for the newest version. */
export type WantedVersion = { name: string; alias: string | null; version: string | null };

export function wantedVersion(ref: string): WantedVersion {
  const slash = ref.indexOf('/');
  if (slash >= 0) return { name: ref.slice(0, slash), alias: null, version: ref.slice(slash + 1) };
  const at = ref.lastIndexOf('@');
  if (at < 0) return { name: ref, alias: null, version: null };
  return { name: ref.slice(0, at), alias: ref.slice(at + 1), version: null };
}

/** The highest of those texts that are versions; null when none is. */
export function newestVersion(texts: readonly string[]): string | null {
  const versions = texts.filter((text) => /^\d+\.\d+\.\d+$/.test(text));
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? null;
}
