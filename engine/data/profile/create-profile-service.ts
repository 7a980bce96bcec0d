import { z } from 'zod';
import {
  type DatasetVersion,
  ProfileDetails,
  TargetProfile,
  type VersionProfile,
} from '../../../local-api/contract/index.ts';
import { duckDbError, withDuckDb } from '../../duckdb/index.ts';
import { AssayError } from '../../errors.ts';
import type { JobHandler, JobQueue } from '../../jobs/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../system/index.ts';
import type { DataService } from '../data-service.ts';
import type { DetailsJobInput, DetailsJobOutput } from '../profile-job.ts';
import { interactionOf } from './interaction.ts';
import { profileHtml } from './profile-html.ts';
import type { ProfileService } from './profile-service.ts';

export type ProfileServiceOptions = {
  store: Store;
  jobs: JobQueue;
  data: DataService;
  clock: Clock;
  tmpDir: string;
  /** Memory that a job process may take, in MB; read when a job starts. */
  jobMemoryMb(): number;
};

/** Raised when the details get new parts: older ones count as not computed. */
const FORMAT = 1;
const INTERACTION_MEMORY_MB = 512;

const Request = z.object({ versionId: z.string(), target: z.string().nullable() });
type Request = z.infer<typeof Request>;

/** Opens the profile part of the data room and registers its job handler: call before the queue starts. */
export function createProfileService(options: ProfileServiceOptions): ProfileService {
  const { store, jobs, data } = options;
  const stored = storedProfiles(store);
  jobs.register(detailsHandler(options, stored));

  const get = async (versionId: string, target?: string): Promise<VersionProfile> => {
    const version = await data.getVersion(versionId);
    if (target !== undefined) checkColumn(version, target);
    const { details, targetProfile } = await stored.read(versionId, target ?? null);
    return { ...(await data.profile(versionId)), details, target: targetProfile };
  };

  return {
    get,

    async compute(versionId, target, parentJobId = null) {
      const version = await data.getVersion(versionId);
      if (target !== undefined) checkColumn(version, target);
      const input: Request = { versionId, target: target ?? null };
      return jobs.submit({
        kind: 'profile',
        title: `Profile ${version.dataset} v${version.version}${target === undefined ? '' : ` for ${target}`}`,
        input,
        parentId: parentJobId,
        dedupKey: `profile:${versionId}:${target ?? ''}`,
      });
    },

    async html(versionId, target) {
      const profile = await get(versionId, target);
      const version = await data.getVersion(versionId);
      if (profile.details === null) {
        throw new AssayError(
          'datasets/not-profiled',
          `The profile of ${version.dataset} version ${version.version} has not been computed`,
        );
      }
      return {
        name: `${version.dataset}-v${version.version}-profile.html`,
        html: profileHtml(version, { ...profile, details: profile.details }),
      };
    },

    async interaction(versionId, x, y) {
      const version = await data.getVersion(versionId);
      const [first, second] = [checkColumn(version, x), checkColumn(version, y)];
      const files = await data.snapshotFiles(versionId);
      const limits = { readable: files, folders: [options.tmpDir], memoryMb: INTERACTION_MEMORY_MB };
      try {
        return await withDuckDb(limits, (db) => interactionOf(db, files, first, second, version.rows));
      } catch (thrown) {
        const what = `The columns ${x} and ${y} of ${version.dataset} v${version.version} cannot be compared`;
        throw duckDbError(thrown, 'artifacts/corrupt', what);
      }
    },
  };
}

function checkColumn(version: DatasetVersion, name: string): DatasetVersion['columns'][number] {
  const column = version.columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  const known = version.columns.slice(0, 20).map((one) => one.name);
  throw new AssayError(
    'datasets/column-not-found',
    `${version.dataset} version ${version.version} has no column "${name}"; it has ${known.join(', ')}${version.columns.length > 20 ? ' …' : ''}`,
  );
}

type Stored = { details: ProfileDetails | null; targetProfile: TargetProfile | null };

/** One row for the details of a version, and one for each target that was asked for. */
function storedProfiles({ db }: Store) {
  return {
    async read(versionId: string, target: string | null): Promise<Stored> {
      const rows = await db
        .selectFrom('dataset_profiles')
        .select(['target', 'body'])
        .where('version_id', '=', versionId)
        .where('format', '=', FORMAT)
        .where('target', 'in', target === null ? [''] : ['', target])
        .execute();
      const body = (name: string) => rows.find((row) => row.target === name)?.body;
      const details = body('');
      const forTarget = target === null ? undefined : body(target);
      return {
        details: details === undefined ? null : ProfileDetails.parse(JSON.parse(details)),
        targetProfile: forTarget === undefined ? null : TargetProfile.parse(JSON.parse(forTarget)),
      };
    },

    async write(versionId: string, target: string, body: unknown, createdAtMs: number): Promise<void> {
      const row = { format: FORMAT, body: JSON.stringify(body), created_at_ms: createdAtMs };
      await db
        .insertInto('dataset_profiles')
        .values({ version_id: versionId, target, ...row })
        .onConflict((conflict) => conflict.columns(['version_id', 'target']).doUpdateSet(row))
        .execute();
    },
  };
}

function detailsHandler(
  { data, clock, jobMemoryMb }: ProfileServiceOptions,
  stored: ReturnType<typeof storedProfiles>,
): JobHandler<unknown, DetailsJobOutput> {
  return {
    kind: 'profile',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<DetailsJobInput> {
      const { versionId, target } = Request.parse(input);
      const has = await stored.read(versionId, target);
      return {
        files: await data.snapshotFiles(versionId),
        profile: await data.profile(versionId),
        wantsDetails: has.details === null,
        target: has.targetProfile === null ? target : null,
        memoryMb: Math.min(jobMemoryMb(), MOST_MEMORY_MB),
      };
    },
    async onSuccess({ details, target }, job) {
      const { versionId } = Request.parse(job.input);
      const now = clock.nowMs();
      if (details !== null) await stored.write(versionId, '', details, now);
      if (target !== null) await stored.write(versionId, target.column, target, now);
      const { dataset, version } = await data.getVersion(versionId);
      return { versionId, dataset, version, target: Request.parse(job.input).target };
    },
  };
}

/** More would not make it faster. */
const MOST_MEMORY_MB = 1500;
