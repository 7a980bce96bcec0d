import type { ArtifactEntry } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { DataService } from '../data/index.ts';
import type { ExportSources, ModelRegistry } from '../models/index.ts';
import { type OnnxVersion, withOnnx } from '../onnx/index.ts';
import { version as assayVersion } from '../system/version.ts';
import type { TrackingService } from '../tracking/index.ts';
import { runFiles } from '../training/index.ts';
import { bundlePaths } from './bundle.ts';
import type { Keyring } from './keyring.ts';
import type { Lineage } from './lineage.ts';
import type { BundlePlan } from './make-bundle.ts';
import { orNull } from './or-null.ts';
import { bundleOf } from './read-bundle.ts';

/** Where the run of an imported version keeps the bundle that it came in. */
export const keptFolder = 'bundle';

export type PlanSources = {
  models: Pick<ModelRegistry, 'getVersion'>;
  artifacts: Pick<ArtifactStore, 'read'>;
  tracking: Pick<TrackingService, 'getRun' | 'findArtifact' | 'listArtifacts'>;
  data: Pick<DataService, 'getVersion'>;
  keys: Pick<Keyring, 'signingKey'>;
};

/** What the bundle of a version is made of: the one that it came in, as long as nothing about it was changed since. */
export async function planBundle(sources: PlanSources, name: string, ref: string): Promise<BundlePlan> {
  const version = withOnnx(await sources.models.getVersion(name, ref));
  const kept = await keptBundle(sources, version);
  if (kept !== null) return { kept };
  return {
    ...(await exportSources(sources, version)),
    lineage: await lineageOf(sources, version),
    signingKey: await sources.keys.signingKey(),
    assayVersion,
  };
}

/** The model and the files of its run. Runs can be deleted; a version goes on without their files. */
export async function exportSources(
  { artifacts, tracking }: Pick<PlanSources, 'artifacts' | 'tracking'>,
  version: OnnxVersion,
): Promise<ExportSources> {
  const found: ExportSources['runFiles'] = [];
  for (const path of version.runId === null ? [] : [runFiles.recipe, runFiles.evaluation]) {
    const file = await orNull(tracking.findArtifact(version.runId ?? '', path));
    if (file !== null) found.push({ path, bytes: await artifacts.read(file.digest) });
  }
  return { version, model: await artifacts.read(version.digest), runFiles: found };
}

async function keptBundle(
  { artifacts, tracking }: PlanSources,
  version: OnnxVersion,
): Promise<[string, Uint8Array][] | null> {
  if (version.runId === null) return null;
  const manifest = await orNull(
    tracking.findArtifact(version.runId, `${keptFolder}/${bundlePaths.manifest}`),
  );
  if (manifest === null) return null;
  const entries = (await tracking.listArtifacts(version.runId, keptFolder, true)).filter(isFile);
  const files: [string, Uint8Array][] = [];
  for (const { path, digest } of entries)
    files.push([path.slice(keptFolder.length + 1), await artifacts.read(digest)]);
  const { manifest: kept } = bundleOf(new Map(files));
  const card = files.find(([path]) => path === bundlePaths.card)?.[1];
  const isSame =
    kept.model === version.model &&
    kept.version === version.version &&
    kept.modelDigest === version.digest &&
    Buffer.from(card ?? []).toString('utf8') === version.card;
  return isSame ? files : null;
}

const isFile = (entry: ArtifactEntry): entry is ArtifactEntry & { digest: string } => entry.digest !== null;

async function lineageOf({ tracking, data }: PlanSources, version: OnnxVersion): Promise<Lineage> {
  const { description, trainer, metrics, runId } = version;
  const run = runId === null ? null : await orNull(tracking.getRun(runId));
  const input = run?.inputs.find(({ context }) => context === 'training') ?? run?.inputs[0];
  const known = await datasetVersion(data, version.datasetVersionId);
  return {
    description,
    trainer,
    metrics,
    run:
      run === null
        ? null
        : {
            id: run.id,
            name: run.name,
            source: run.source,
            startedAtMs: run.startedAtMs,
            endedAtMs: run.endedAtMs,
            params: run.params,
            commit: run.tags['mlflow.source.git.commit'] || null,
          },
    dataset:
      known !== null
        ? { name: known.dataset, digest: known.digest, version: known.version, rows: known.rows }
        : input === undefined
          ? null
          : { name: input.name, digest: input.digest, version: null, rows: null },
  };
}

async function datasetVersion(data: PlanSources['data'], id: string | null) {
  return id === null ? null : orNull(data.getVersion(id));
}
