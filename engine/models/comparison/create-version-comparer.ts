import { z } from 'zod';
import {
  CompareVersionsRequest,
  DriftRequest,
  DriftSettings,
  type Job,
  SemVer,
  VersionComparison,
} from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import type { DataService } from '../../data/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { JobHandler, JobQueue } from '../../jobs/index.ts';
import { planDrift } from '../../monitoring/index.ts';
import { type OnnxVersion, withOnnx } from '../../onnx/index.ts';
import type { TrackingService } from '../../tracking/index.ts';
import type { ModelRegistry } from '../model-registry.ts';
import type { ComparisonData, Contestant, VersionComparisonInput } from './comparison-input.ts';
import { datasetRows, leakNotes, newestTestRows, type PlannedRows } from './plan-rows.ts';

export type VersionComparerOptions = {
  registry: Pick<ModelRegistry, 'getVersion'>;
  tracking: Pick<TrackingService, 'getRun' | 'findArtifact'>;
  artifacts: Pick<ArtifactStore, 'read'>;
  data: Pick<DataService, 'getVersion' | 'snapshotFiles' | 'checkExpression'>;
  jobs: Pick<JobQueue, 'register' | 'submit'>;
};

/** Holds versions of a model against each other. */
export type VersionComparer = {
  /**
   * Submits a job whose result is a VersionComparison.
   * Throws request/invalid for a version named twice and for rows without a target, and what the contract lists.
   */
  start(model: string, request: CompareVersionsRequest, parentJobId?: string | null): Promise<Job>;
};

/** What is kept of a request: aliases have become versions. */
const Input = z.object({
  model: z.string(),
  versions: z.array(SemVer),
  datasetVersionId: z.string().nullable(),
  testRowsOf: SemVer.nullable(),
  confidence: z.number(),
});
type Input = z.infer<typeof Input>;

/** For DuckDB, which reads two files column by column. */
const DRIFT_MB = 512;

/** Registers the handler of comparisons of versions. */
export function createVersionComparer(options: VersionComparerOptions): VersionComparer {
  const { registry, jobs } = options;
  jobs.register(compareHandler(options));
  return {
    async start(model, raw, parentId = null) {
      const request = CompareVersionsRequest.parse(raw);
      const versions: string[] = [];
      for (const ref of request.versions)
        versions.push(withOnnx(await registry.getVersion(model, ref)).version);
      refuseTwice(versions);
      const { testRowsOf, datasetVersionId = null, confidence } = request;
      const input: Input = {
        model,
        versions,
        datasetVersionId,
        testRowsOf:
          testRowsOf === undefined ? null : withOnnx(await registry.getVersion(model, testRowsOf)).version,
        confidence,
      };
      // Rows that cannot be had are refused now, not when the job runs.
      await planRows(options, input, await contestantsOf(options, input));
      return jobs.submit({
        kind: 'compare-versions',
        title: `Compare ${model} ${versions.join(', ')}`,
        input,
        parentId,
        dedupKey: `compare-versions:${JSON.stringify(input)}`,
      });
    },
  };
}

function refuseTwice(versions: readonly string[]): void {
  const problems = versions.flatMap((version, i) =>
    versions.indexOf(version) < i
      ? [{ path: `/versions/${i}`, message: `${version} is named twice`, expected: 'different versions' }]
      : [],
  );
  if (problems.length > 0)
    throw new AssayError('request/invalid', problems.map(({ message }) => message).join('; '), { problems });
}

async function contestantsOf(
  { registry }: Pick<VersionComparerOptions, 'registry'>,
  { model, versions }: Input,
): Promise<OnnxVersion[]> {
  return Promise.all(versions.map(async (version) => withOnnx(await registry.getVersion(model, version))));
}

async function planRows(
  options: VersionComparerOptions,
  { model, datasetVersionId, testRowsOf }: Input,
  versions: readonly OnnxVersion[],
): Promise<PlannedRows | null> {
  const [baseline] = versions;
  if (datasetVersionId !== null && baseline !== undefined)
    return datasetRows(options, baseline, datasetVersionId);
  if (testRowsOf === null) return newestTestRows(options, versions);
  const rows = await newestTestRows(options, [
    withOnnx(await options.registry.getVersion(model, testRowsOf)),
  ]);
  if (rows !== null) return rows;
  const message = `The training of ${testRowsOf} kept no test rows`;
  throw new AssayError('request/invalid', message, { problems: [{ path: '/testRowsOf', message }] });
}

function compareHandler(options: VersionComparerOptions): JobHandler<unknown, unknown> {
  const { artifacts } = options;
  return {
    kind: 'compare-versions',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw): Promise<VersionComparisonInput> {
      const input = Input.parse(raw);
      const versions = await contestantsOf(options, input);
      const planned = await planRows(options, input, versions);
      const contestants: Contestant[] = [];
      for (const version of versions) contestants.push(await contestantOf(options, version));
      const notes =
        planned === null
          ? ['None of the versions keeps test rows: name a dataset version to measure the quality on.']
          : await leakNotes(options, planned, versions);
      return {
        model: input.model,
        confidence: input.confidence,
        contestants,
        rows: planned === null ? null : await withFile(artifacts, planned),
        data: await dataOf(options, versions),
        notes,
      };
    },
    async onSuccess(output) {
      return VersionComparison.parse(output);
    },
  };
}

async function withFile(
  artifacts: Pick<ArtifactStore, 'read'>,
  { of: _, file, ...rows }: PlannedRows,
): Promise<VersionComparisonInput['rows']> {
  return { ...rows, file: 'files' in file ? file.files : await artifacts.read(file.digest) };
}

async function contestantOf(
  { artifacts, data }: Pick<VersionComparerOptions, 'artifacts' | 'data'>,
  { version, trainer, runId, digest, sizeBytes, datasetVersionId, signature }: OnnxVersion,
): Promise<Contestant> {
  const of = datasetVersionId === null ? null : await findData(data, datasetVersionId);
  return {
    version,
    trainer,
    runId,
    digest,
    sizeBytes,
    datasetVersionId,
    signature,
    data: of === null ? null : `${of.dataset} v${of.version}`,
    model: await artifacts.read(digest),
  };
}

/** Null when it has been deleted. */
async function findData(data: VersionComparerOptions['data'], versionId: string) {
  try {
    return await data.getVersion(versionId);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'datasets/version-not-found') return null;
    throw thrown;
  }
}

async function dataOf(
  { data }: Pick<VersionComparerOptions, 'data'>,
  [baseline, ...others]: readonly OnnxVersion[],
): Promise<ComparisonData[]> {
  const known = baseline?.datasetVersionId ?? null;
  const reference = known === null ? null : await findData(data, known);
  return Promise.all(
    others.map(async ({ version, datasetVersionId }): Promise<ComparisonData> => {
      const unknown = (reason: string) => ({ version, state: 'unknown' as const, reason });
      if (known !== null && datasetVersionId === known) return { version, state: 'same' };
      if (datasetVersionId === null) return unknown('It is not known what it was trained on.');
      if (reference === null) return unknown(`The data of ${baseline?.version} are not known.`);
      const current = await findData(data, datasetVersionId);
      if (current === null) return unknown('Its data have been deleted.');
      const request = DriftRequest.parse({
        referenceVersionId: reference.id,
        currentVersionId: current.id,
      });
      try {
        return {
          version,
          state: 'compared',
          drift: {
            reference: { files: await data.snapshotFiles(reference.id), rows: reference.rows },
            current: { files: await data.snapshotFiles(current.id), rows: current.rows },
            plan: planDrift(reference.columns, current.columns, request),
            ...DriftSettings.parse({}),
            memoryMb: DRIFT_MB,
          },
        };
      } catch (thrown) {
        return unknown(messageOf(thrown));
      }
    }),
  );
}
