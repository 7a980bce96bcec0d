import { z } from 'zod';
import { type Job, MetricPoint, type Run } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { quoteText } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';

/** By this tag a run below a training is known again, over restarts: `fold 1.3`, `trial 12`. */
export const nestedTag = 'assay.nested';

const Texts = z.record(z.string(), z.string());

/** What a training tells of a run below its own; `key` names it among its siblings. */
export const NestedRunMessage = z.discriminatedUnion('what', [
  z.object({
    type: z.literal('nested'),
    what: z.literal('begins'),
    key: z.string(),
    name: z.string(),
    params: Texts,
    tags: Texts,
  }),
  z.object({
    type: z.literal('nested'),
    what: z.literal('tells'),
    key: z.string(),
    points: z.array(MetricPoint),
  }),
  z.object({
    type: z.literal('nested'),
    what: z.literal('ends'),
    key: z.string(),
    status: z.enum(['finished', 'failed', 'killed']),
    points: z.array(MetricPoint),
    params: Texts,
    tags: Texts,
    /** Text files of the run, by path. */
    files: Texts,
    /** Other files of the run, by path. */
    blobs: z.record(z.string(), z.instanceof(Uint8Array)).optional(),
  }),
]);
export type NestedRunMessage = z.infer<typeof NestedRunMessage>;

export type NestedRuns = {
  take(message: NestedRunMessage, job: Job): Promise<void>;
  /** Ends what is still under way below a run. */
  end(runId: string, status: 'failed' | 'killed'): Promise<void>;
};

/** Makes and fills the runs below a training: folds, trials. What is told twice, after a crash, fills the same run again. */
export function createNestedRuns(options: {
  tracking: TrackingService;
  artifacts: Pick<ArtifactStore, 'put'>;
  clock: Clock;
}): NestedRuns {
  const { tracking, artifacts, clock } = options;
  /** Run by parent and key, while the parent is being filled. */
  const known = new Map<string, Map<string, string>>();

  const runsBelow = async (parentId: string): Promise<Map<string, string>> => {
    const cached = known.get(parentId);
    if (cached !== undefined) return cached;
    const found = new Map<string, string>();
    let cursor: string | undefined;
    do {
      const page = await tracking.listRuns({
        filter: `parentRunId = ${quoteText(parentId)} and tags.${nestedTag} is not null`,
        fields: `tags.${nestedTag}`,
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { id, tags } of page.items) found.set(tags?.[nestedTag] ?? '', id);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    known.set(parentId, found);
    return found;
  };

  const begin = async (
    message: NestedRunMessage & { what: 'begins' },
    parent: Run,
    job: Job,
  ): Promise<void> => {
    const below = await runsBelow(parent.id);
    const { key, name, params } = message;
    const tags = { ...message.tags, [nestedTag]: key };
    const old = below.get(key);
    if (old !== undefined) {
      await tracking.log(old, { metrics: [], params: {}, tags });
      await tracking.updateRun(old, { status: 'running', endedAtMs: null, jobId: job.id });
      return;
    }
    const run = await tracking.createRun(
      {
        experimentId: parent.experimentId,
        name: `${parent.name} ${name}`.slice(0, 500),
        source: parent.source,
        parentRunId: parent.id,
        notes: '',
        params,
        tags,
        inputs: parent.inputs,
        status: 'running',
      },
      { jobId: job.id, user: parent.user },
    );
    below.set(key, run.id);
  };

  return {
    async take(message, job) {
      if (job.runId === null) return;
      if (message.what === 'begins') {
        await begin(message, await tracking.getRun(job.runId), job);
        return;
      }
      const runId = (await runsBelow(job.runId)).get(message.key);
      // Deleted by a person meanwhile.
      if (runId === undefined) return;
      if (message.what === 'tells') {
        await tracking.log(runId, { metrics: message.points, params: {}, tags: {} });
        return;
      }
      const { points, params, tags, files, blobs = {}, status } = message;
      for (const [path, text] of Object.entries(files)) {
        await tracking.attachArtifact(runId, path, await artifacts.put(Buffer.from(text)));
      }
      for (const [path, bytes] of Object.entries(blobs)) {
        await tracking.attachArtifact(runId, path, await artifacts.put(bytes));
      }
      await tracking.log(runId, { metrics: points, params, tags });
      await tracking.updateRun(runId, { status, endedAtMs: clock.nowMs() });
    },

    async end(parentId, status) {
      for (const runId of (await runsBelow(parentId)).values()) {
        const run = await tracking.getRun(runId);
        if (run.status === 'running') await tracking.updateRun(runId, { status, endedAtMs: clock.nowMs() });
      }
      known.delete(parentId);
    },
  };
}
