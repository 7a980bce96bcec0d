import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import {
  type ExplainedModel,
  ExplainRequest,
  Explanation,
  ExplanationRow,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import { type ListingSpec, list, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { ExplainJobInput, ExplainJobOutput } from './explain-job.ts';
import { explainRows } from './explain-rows.ts';
import { type ExplainSources, findModel, planRows } from './explained-model.ts';
import type { ExplanationService } from './explanation-service.ts';
import { createRowExplainers } from './row-explainers.ts';

export type ExplanationServiceOptions = ExplainSources & {
  store: Store;
  jobs: Pick<JobQueue, 'register' | 'submit'>;
  events: EventBus;
  clock: Clock;
  tmpDir: string;
};

const explanationListing: ListingSpec = {
  name: 'explanations',
  table: 'explanations',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('explanations.id'), indexed: true },
    digest: { type: 'string', sql: sql.ref('explanations.digest'), indexed: true },
    runId: { type: 'string', sql: sql`json_extract(explanations.summary, '$.subject.runId')` },
    model: { type: 'string', sql: sql`json_extract(explanations.summary, '$.subject.model')` },
    version: { type: 'string', sql: sql`json_extract(explanations.summary, '$.subject.version')` },
    createdAtMs: { type: 'time', sql: sql.ref('explanations.created_at_ms') },
  },
  defaultSort: '-createdAtMs',
};

/** Opens the room and registers its job kind `explain`: call before the queue starts. */
export function createExplanationService(options: ExplanationServiceOptions): ExplanationService {
  const { store, jobs, tmpDir } = options;
  const { db } = store;
  const explainers = createRowExplainers(options, tmpDir);
  jobs.register(explainHandler(options));
  const notFound = (id: string) => new AssayError('explanations/not-found', `There is no explanation ${id}`);

  return {
    async start(raw, parentJobId = null) {
      const request = ExplainRequest.parse(raw);
      const found = await findModel(options, request);
      refuseUnknownInputs(
        request,
        found.signature.inputs.map(({ name }) => name),
      );
      // Rows that cannot be had are refused now, not when the job runs.
      await planRows(options, found, request.datasetVersionId);
      const key = createHash('sha256')
        .update(JSON.stringify([request, found.subject.digest]))
        .digest('hex');
      return jobs.submit({
        kind: 'explain',
        title: `Explain ${found.title}`,
        // An alias may move before the job runs.
        input: {
          ...request,
          ...(found.subject.version === null
            ? {}
            : { model: `${found.subject.model}/${found.subject.version}` }),
        },
        parentId: parentJobId,
        runId: null,
        dedupKey: `explain:${key}`,
      });
    },

    async rows(request, signal) {
      const found = await findModel(options, request);
      signal?.throwIfAborted();
      return explainers.use(found, request.datasetVersionId, (opened) =>
        explainRows(found, opened, request, signal),
      );
    },

    list: (query) =>
      list(db, explanationListing, query, {
        load: async (keys) => {
          const rows = await db
            .selectFrom('explanations')
            .select(['pk', 'summary'])
            .where('pk', 'in', keys)
            .execute();
          return new Map(rows.map((row) => [row.pk, ExplanationRow.parse(JSON.parse(row.summary))]));
        },
      }),

    async get(id) {
      const row = await db.selectFrom('explanations').select('body').where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw notFound(id);
      return Explanation.parse(JSON.parse(row.body));
    },

    async delete(id) {
      const gone = await db
        .deleteFrom('explanations')
        .where('id', '=', id)
        .returning('digest')
        .executeTakeFirst();
      if (gone === undefined) throw notFound(id);
      options.events.emit({
        type: 'explanation.changed',
        data: { explanationId: id, digest: gone.digest, change: 'deleted' },
      });
    },

    close: () => explainers.close(),
  };
}

/** The page that shows the explanation. */
function linkTo({ runId, model, version }: ExplainedModel): string {
  if (model === null) return `/runs/${runId}?tab=explanation`;
  return `/models/${encodeURIComponent(model)}?version=${version}&tab=explanation`;
}

function refuseUnknownInputs(
  { effects = [], pair = ['', ''] }: ExplainRequest,
  names: readonly string[],
): void {
  const asked = [
    ...effects.map((name, i) => ({ name, path: `/effects/${i}` })),
    ...pair.filter((name) => name !== '').map((name, i) => ({ name, path: `/pair/${i}` })),
  ];
  const problems = asked
    .filter(({ name }) => !names.includes(name))
    .map(({ name, path }) => ({ path, message: `the model takes no "${name}"`, expected: names.join(', ') }));
  const [first] = problems;
  if (first !== undefined)
    throw new AssayError('request/invalid', `${first.path}: ${first.message}`, { problems });
}

function explainHandler(options: ExplanationServiceOptions): JobHandler<unknown, ExplainJobOutput> {
  const { store, artifacts, events, clock } = options;
  return {
    kind: 'explain',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(raw): Promise<ExplainJobInput> {
      const request = ExplainRequest.parse(raw);
      const found = await findModel(options, request);
      const { file, ...rows } = await planRows(options, found, request.datasetVersionId);
      return {
        request,
        file: await artifacts.read(found.subject.digest),
        signature: found.signature,
        rows: { ...rows, file: 'files' in file ? file.files : await artifacts.read(file.digest) },
      };
    },
    async onSuccess(output, job): Promise<{ explanationId: string } & ExplainedModel> {
      const request = ExplainRequest.parse(job.input);
      const { subject, signature, title } = await findModel(options, request);
      const explanation: Explanation = {
        // One explanation a job: kept twice after a crash, it is still one.
        id: job.id.replace(/^job_/, 'exp_'),
        subject,
        task: signature.task,
        target: signature.target,
        seed: request.seed,
        ...output,
        createdAtMs: clock.nowMs(),
      };
      const { method, outputs, inputs } = output.shapley;
      const size = (p: number) => outputs.reduce((sum, { meanAbs }) => sum + (meanAbs[p] ?? 0), 0);
      const top = inputs
        .map((name, p) => ({ name, size: size(p) }))
        .sort((a, b) => b.size - a.size)
        .slice(0, 5)
        .map(({ name }) => name);
      await store.db
        .insertInto('explanations')
        .values({
          id: explanation.id,
          digest: subject.digest,
          summary: JSON.stringify(ExplanationRow.parse({ ...explanation, method, top })),
          body: JSON.stringify(explanation),
          created_at_ms: explanation.createdAtMs,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      events.emit(
        {
          type: 'explanation.changed',
          data: { explanationId: explanation.id, digest: subject.digest, change: 'created' },
        },
        {
          text: `${title} is explained; most important: ${top.slice(0, 3).join(', ')}`,
          link: linkTo(subject),
        },
      );
      return { explanationId: explanation.id, ...subject };
    },
  };
}
