import { z } from 'zod';
import { BundleManifest, BundleReport, type ImportBundleResult } from '../../local-api/contract/index.ts';
import type { ArtifactStore, StoredBlob } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { ModelRegistry } from '../models/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { runFiles } from '../training/index.ts';
import { bundlePaths } from './bundle.ts';
import { digits } from './digest.ts';
import { Lineage } from './lineage.ts';
import { orNull } from './or-null.ts';
import { keptFolder } from './plan-bundle.ts';

/** What the job of an import gave. */
export const ImportedBundle = z.object({
  report: BundleReport,
  digest: z.string(),
  manifest: BundleManifest,
  lineage: Lineage,
  files: z.array(z.object({ path: z.string(), file: z.string() })),
});
type Imported = z.infer<typeof ImportedBundle>;

const experimentName = 'Imported models';

export type RegisterSources = {
  models: Pick<ModelRegistry, 'getVersion' | 'register'>;
  artifacts: Pick<ArtifactStore, 'putFile'>;
  tracking: Pick<
    TrackingService,
    | 'getRun'
    | 'findArtifact'
    | 'attachArtifact'
    | 'importRun'
    | 'log'
    | 'logInputs'
    | 'findExperimentByName'
    | 'createExperiment'
    | 'restoreExperiment'
  >;
};

/**
 * Registers the model of a bundle that was verified, under its version, made of a run that keeps the id, times, params and data
 * of the run that it came from. Doing it again changes nothing.
 *
 * Errors: bundles/version-differs; those of registering.
 */
export async function registerBundle(
  sources: RegisterSources,
  imported: Imported,
  name: string,
): Promise<ImportBundleResult> {
  const { manifest, lineage, report, digest } = imported;
  const { version } = manifest;
  const result = { model: name, version, digest, report };
  const known = await orNull(sources.models.getVersion(name, version));
  if (known !== null) {
    if (known.digest !== manifest.modelDigest)
      throw new AssayError(
        'bundles/version-differs',
        `${name} ${version} is registered here with the model ${known.digest ?? 'of an MLflow client'}; that of the bundle is ${manifest.modelDigest}.`,
      );
    return { ...result, change: 'unchanged', runId: known.runId };
  }
  const runId = await runOf(sources, imported);
  const { description } = lineage;
  await sources.models.register(name, { runId, version, aliases: [], description, tags: {} });
  return { ...result, change: 'added', runId };
}

/** The run that the version is made of: the very one when it is here, else it is made with its files. */
async function runOf(sources: RegisterSources, imported: Imported): Promise<string> {
  const { manifest, lineage, digest } = imported;
  // Somebody else's run must not be written over, whatever a bundle says: then it gets an id made of its own content.
  const own = digits(digest).slice(0, 32);
  const wanted = lineage.run !== null && /^[0-9a-f]{32}$/.test(lineage.run.id) ? lineage.run.id : own;
  for (const id of [wanted, own]) {
    const found = await modelOfRun(sources, id);
    if (found === manifest.modelDigest) return id;
    if (found === null) {
      await addRun(sources, imported, id);
      return id;
    }
  }
  await addRun(sources, imported, own);
  return own;
}

/** Digest of the model that a run holds, '' when it holds none, null when there is no such run. */
async function modelOfRun({ tracking }: RegisterSources, runId: string): Promise<string | null> {
  const run = await orNull(tracking.getRun(runId));
  if (run === null) return null;
  const file = await orNull(tracking.findArtifact(runId, runFiles.model));
  return run.lifecycle === 'deleted' ? '' : (file?.digest ?? '');
}

async function addRun(sources: RegisterSources, imported: Imported, id: string): Promise<void> {
  const { tracking, artifacts } = sources;
  const { lineage, manifest, report, digest } = imported;
  const { run, dataset } = lineage;
  const createdAtMs = Date.parse(manifest.createdAt);
  const startedAtMs = run?.startedAtMs ?? createdAtMs;
  await tracking.importRun({
    id,
    experimentId: await importedModels(tracking),
    name: run?.name ?? `${manifest.model} ${manifest.version}`,
    status: 'finished',
    startedAtMs,
    endedAtMs: Math.max(run?.endedAtMs ?? createdAtMs, startedAtMs),
    params: { ...run?.params, trainer: run?.params.trainer ?? lineage.trainer },
    tags: {
      'assay.bundle': digest,
      'assay.bundle.signedBy': report.signedBy ?? '',
      'mlflow.source.name': run?.source ?? 'bundle',
      ...(run?.commit == null ? {} : { 'mlflow.source.git.commit': run.commit }),
    },
  });
  const blobs = new Map<string, StoredBlob>();
  for (const { path, file } of imported.files) blobs.set(path, await artifacts.putFile(file));
  for (const [path, blob] of blobs) await tracking.attachArtifact(id, `${keptFolder}/${path}`, blob);
  for (const [path, place] of Object.entries(runPlaces)) {
    const blob = blobs.get(path);
    if (blob !== undefined) await tracking.attachArtifact(id, place, blob);
  }
  const timestampMs = run?.endedAtMs ?? createdAtMs;
  const metrics = Object.entries(lineage.metrics).map(([key, value]) => ({
    key,
    value,
    step: 0,
    timestampMs,
  }));
  await tracking.log(id, { metrics, params: {}, tags: {} });
  if (dataset !== null)
    await tracking.logInputs(id, {
      datasets: [
        {
          name: dataset.name,
          digest: dataset.digest,
          sourceType: 'bundle',
          source: digest,
          schema: null,
          profile: null,
          context: 'training',
          tags: {},
        },
      ],
      modelIds: [],
    });
}

/** Where a run of Assay keeps what a bundle has at its top. */
const runPlaces: Readonly<Record<string, string>> = {
  [bundlePaths.model]: runFiles.model,
  [bundlePaths.signature]: runFiles.signature,
  [bundlePaths.card]: runFiles.card,
  [runFiles.recipe]: runFiles.recipe,
  [runFiles.evaluation]: runFiles.evaluation,
};

/** The experiment that runs behind imported versions are kept in, made when there is none. */
export async function importedModels(
  tracking: Pick<TrackingService, 'findExperimentByName' | 'createExperiment' | 'restoreExperiment'>,
): Promise<string> {
  const known = await tracking.findExperimentByName(experimentName);
  if (known === null)
    return (
      await tracking.createExperiment({
        name: experimentName,
        description: 'Runs behind model versions that were made elsewhere.',
      })
    ).id;
  if (known.lifecycle === 'deleted') await tracking.restoreExperiment(known.id);
  return known.id;
}
