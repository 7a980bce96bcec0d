import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type Job, ReplayReport, ReplayRequest } from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import { AssayError } from '../../errors.ts';
import type { JobHandler, JobQueue } from '../../jobs/index.ts';
import { type VersionFile, withOnnx } from '../../onnx/index.ts';
import type { Store } from '../../store/index.ts';
import type { ReplayInput } from '../replay-job.ts';
import type { ModelScorer } from '../serving-service.ts';
import { difference } from './check-route.ts';
import { armsOf } from './choose-arm.ts';
import type { Entry } from './endpoint-book.ts';
import { requestLines } from './request-lines.ts';

export type ReplayOptions = {
  store: Store;
  serving: Pick<ModelScorer, 'describe'>;
  models: { resolve(ref: string): Promise<VersionFile> };
  artifacts: Pick<ArtifactStore, 'read'>;
  jobs: Pick<JobQueue, 'register' | 'submit'>;
  /** What is to be replayed is put there for the time of the job. */
  tmpDir: string;
  /** Errors: `endpoints/not-found`. */
  find(name: string): Promise<Entry>;
};

/** What is kept of a request: the reference has become a version, and requests that come later do not count. */
const Input = ReplayRequest.extend({ endpoint: z.string(), newest: z.int() });
type Input = z.infer<typeof Input>;

/** Replays of what endpoints were asked, as jobs. Registers their handler. */
export function createReplays(options: ReplayOptions): {
  start(entry: Entry, request: ReplayRequest, parentJobId: string | null): Promise<Job>;
} {
  const { store, serving, jobs } = options;
  jobs.register(replayHandler(options));
  return {
    async start(entry, request, parentId) {
      const asked = await serving.describe(request.ref);
      const [arm] = armsOf(entry.settings.route);
      const fault = arm === undefined ? null : difference(await serving.describe(arm.ref), asked);
      if (fault !== null)
        throw new AssayError('endpoints/bad-route', `/ref: ${fault.message}`, {
          problems: [{ path: '/ref', ...fault }],
        });
      const ref = `${asked.model}/${asked.version}`;
      const input: Input = {
        ...request,
        ref,
        endpoint: entry.name,
        newest: await newestRequest(store, entry.id),
      };
      return jobs.submit({
        kind: 'replay',
        title: `Replay requests of ${entry.name} against ${ref}`,
        input,
        parentId,
        dedupKey: `replay:${JSON.stringify(input)}`,
      });
    },
  };
}

function replayHandler({
  store,
  models,
  artifacts,
  tmpDir,
  find,
}: ReplayOptions): JobHandler<unknown, unknown> {
  const folder = join(tmpDir, 'replays');
  const fileOf = ({ id }: Job): string => join(folder, `${id}.jsonl`);
  return {
    kind: 'replay',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw, job): Promise<ReplayInput> {
      const input = Input.parse(raw);
      const entry = await find(input.endpoint);
      const { model, version, signature, digest } = withOnnx(await models.resolve(input.ref));
      await mkdir(folder, { recursive: true });
      await pipeline(Readable.from(linesToReplay(store, entry.id, input)), createWriteStream(fileOf(job)));
      return {
        ...{ endpoint: entry.name, model, version, signature },
        file: await artifacts.read(digest),
        requests: fileOf(job),
      };
    },
    async onSuccess(output, job) {
      await rm(fileOf(job), { force: true });
      return ReplayReport.parse(output);
    },
    async onEnd(job) {
      await rm(fileOf(job), { force: true });
    },
  };
}

async function newestRequest({ db }: Store, endpointId: number): Promise<number> {
  const { newest } = await db
    .selectFrom('endpoint_requests')
    .select(({ fn }) => fn.max<number | null>('id').as('newest'))
    .where('endpoint_id', '=', endpointId)
    .executeTakeFirstOrThrow();
  return newest ?? 0;
}

/** What was logged, the newest first, a line each. */
async function* linesToReplay(store: Store, endpointId: number, input: Input): AsyncGenerator<string> {
  const { arm, version, sinceMs, newest, limit } = input;
  const selection = { endpointId, arm, version, fromMs: sinceMs, before: newest + 1 };
  for await (const line of requestLines(store, selection, limit)) yield `${JSON.stringify(line)}\n`;
}
