import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { AssayError, messageOf } from '../engine/errors.ts';
import type { VersionFile } from '../engine/onnx/index.ts';
import { createServingService, type ServingService } from '../engine/serving/index.ts';
import { SemVer, Signature } from '../local-api/contract/models.ts';
import type { ScoringModels } from '../local-api/protocols/scoring/models.ts';

type ExportedModel = VersionFile & { bytes: Uint8Array };

const MLmodel = z.object({
  metadata: z.object({ name: z.string().min(1), version: SemVer, digest: z.string() }),
});

/**
 * The models of a folder that `assay export` wrote, or of the folders in it.
 * Throws with the file and what is wrong with it; also when the bytes of a model are not those that were exported.
 */
export async function readExports(folder: string): Promise<ExportedModel[]> {
  if (await isFile(join(folder, 'MLmodel'))) return [await readExport(folder)];
  const entries = await readdir(folder, { withFileTypes: true });
  const found: ExportedModel[] = [];
  for (const entry of entries) {
    const inner = join(folder, entry.name);
    if (!entry.name.startsWith('.') && (await isFile(join(inner, 'MLmodel'))))
      found.push(await readExport(inner));
  }
  if (found.length === 0)
    throw new Error(`"${folder}" holds no exported model: there is no file MLmodel in it.`);
  return found;
}

async function readExport(folder: string): Promise<ExportedModel> {
  const { metadata } = await readAs(join(folder, 'MLmodel'), MLmodel, parse);
  const signature = await readAs(join(folder, 'signature.json'), Signature, JSON.parse);
  const bytes = await readFile(join(folder, 'model.onnx'));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (digest !== metadata.digest)
    throw new Error(
      `"${join(folder, 'model.onnx')}" is not the file that was exported: its digest is ${digest}.`,
    );
  const { name: model, version } = metadata;
  return { model, version, digest, sizeBytes: bytes.length, signature, source: folder, bytes };
}

async function readAs<T extends z.ZodType>(
  path: string,
  schema: T,
  read: (text: string) => unknown,
): Promise<z.output<T>> {
  try {
    return schema.parse(read(await readFile(path, 'utf8')));
  } catch (thrown) {
    throw new Error(`"${path}" cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

export type ExportedModels = ScoringModels & Pick<ServingService, 'score' | 'onPrediction' | 'close'>;

/** Answers with exported models through the sessions of the engine. Every model is loaded and tried once before it resolves. */
export async function serveExports(
  exports: readonly ExportedModel[],
  { maxQueue }: { maxQueue: number },
): Promise<ExportedModels> {
  const newestFirst = [...exports].sort((a, b) => -compareVersions(a.version, b.version));
  const versionsOf = (name: string): ExportedModel[] => {
    const versions = newestFirst.filter(({ model }) => model === name);
    if (versions.length > 0) return versions;
    const known = [...new Set(exports.map(({ model }) => model))].join(', ');
    throw new AssayError('models/not-found', `There is no model "${name}" here; there is ${known}.`);
  };
  const serving = createServingService({
    models: {
      async resolve(ref) {
        const [name = '', version] = ref.split('/');
        const versions = versionsOf(name);
        const found = version === undefined ? versions[0] : versions.find((one) => one.version === version);
        if (found !== undefined) return found;
        const known = versions.map((one) => one.version).join(', ');
        throw new AssayError(
          'models/version-not-found',
          `${name} has no version ${version} here; it has ${known}.`,
        );
      },
    },
    artifacts: {
      async read(digest) {
        const found = exports.find((one) => one.digest === digest);
        return Buffer.from(found?.bytes ?? []);
      },
    },
    settings: {
      current: () => ({
        serving: { maxSessions: exports.length, maxModelMb: Number.POSITIVE_INFINITY, maxQueue },
      }),
    },
  });
  for (const { model, version } of exports) await serving.warm(`${model}/${version}`);
  return {
    ...serving,
    describe: async (ref) => ({ kind: 'model', isReady: true, ...(await serving.describe(ref)) }),
    // An export does not know what became of its version: there is nothing to tell callers of it.
    answer: async (ref, { encode }, { signal }) => ({
      scored: await serving.score(ref, encode, signal),
      headers: {},
    }),
    async list() {
      const names = [...new Set(exports.map(({ model }) => model))].sort();
      return names.map((name) => ({ name, version: versionsOf(name)[0]?.version ?? '', isReady: true }));
    },
    versions: async (name) => versionsOf(name).map(({ version }) => version),
  };
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
