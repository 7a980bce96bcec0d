import type { Job, TransformEnd } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { Clock } from '../system/index.ts';
import type { ImportCheck, ImportGuard } from '../validation/index.ts';
import { outputDatasets } from './plan-transform.ts';
import { definitionOf, type RunRow, type TransformBook, toRun } from './transform-book.ts';
import type { TransformJobInput, TransformJobOutput } from './transform-job.ts';

export type TransformJobRequest = { runId: string };

/** The share of a job's memory that DuckDB may fill before it spills to disk. */
const DUCKDB_SHARE = 0.5;
const MOST_DUCKDB_MB = 2048;

export function transformHandler(parts: {
  book: TransformBook;
  data: Pick<DataService, 'addVersion' | 'getVersion' | 'snapshotFiles'>;
  clock: Clock;
  jobMemoryMb(): number;
  /** Holds the rows against what their dataset asks for. */
  guard(): ImportGuard;
  onEnd(run: RunRow): Promise<void>;
}): JobHandler<TransformJobRequest, TransformJobOutput> {
  const { book, data, clock } = parts;

  const end = async (runId: string, change: Partial<Omit<RunRow, 'pk'>>): Promise<void> => {
    await book.changeRun(runId, { ...change, ended_at_ms: clock.nowMs() });
    await parts.onEnd(await book.runRow(runId));
  };

  return {
    kind: 'transform',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,

    async prepare({ runId }): Promise<TransformJobInput> {
      const run = await book.runRow(runId);
      if (run.state !== 'running')
        await book.changeRun(runId, { state: 'running', error: null, ended_at_ms: null });
      const row = await book.byPk(run.transform_pk);
      const inputs = await Promise.all(
        toRun(run, row).inputs.map(async ({ alias, versionId }) => ({
          alias,
          columns: (await data.getVersion(versionId)).columns,
          files: await data.snapshotFiles(versionId),
        })),
      );
      const memoryMb = Math.floor(Math.min(MOST_DUCKDB_MB, parts.jobMemoryMb() * DUCKDB_SHARE));
      const definition = definitionOf(await book.versionRow(row, run.version));
      const checks: Record<string, ImportCheck> = {};
      for (const dataset of outputDatasets(definition)) {
        const check = await parts.guard().prepare(dataset);
        if (check !== null) checks[dataset] = check;
      }
      return { definition, inputs, memoryMb, checks };
    },

    async onSuccess(
      { outputs },
      job,
    ): Promise<{ transform: string; runId: string; outputs: TransformEnd[] }> {
      const { runId } = requestOf(job);
      const run = await book.runRow(runId);
      const row = await book.byPk(run.transform_pk);
      const inputs = toRun(run, row).inputs.map(({ alias, versionId, dataset, version }) => ({
        alias,
        versionId,
        dataset,
        version,
      }));
      const ends: TransformEnd[] = [];
      // What is refused comes first: then none of them is entered.
      const isRefused = ({ made }: (typeof outputs)[number]) => made.checked?.verdict === 'failed';
      for (const { part, dataset, made } of outputs.toSorted(
        (a, b) => Number(isRefused(b)) - Number(isRefused(a)),
      )) {
        const { snapshot, checked, ...known } = made;
        const source = {
          kind: 'transform' as const,
          transformId: row.id,
          name: row.name,
          version: run.version,
          runId,
          part,
          inputs,
        };
        const sourceName = `transform ${row.name}`;
        const enter = () =>
          data.addVersion({ ...known, dataset, source, sourceName, note: '', tags: {} }, snapshot);
        const { version, versionId, digest, rows } = await (checked === null
          ? enter()
          : parts.guard().enter({ job, dataset, sourceName, rows: snapshot.rows, checked, part }, enter));
        ends.push({ alias: part, dataset, version, versionId, digest, rows });
      }
      await end(runId, { state: 'succeeded', outputs: JSON.stringify(ends) });
      return { transform: row.name, runId, outputs: ends };
    },

    async onEnd(job) {
      const { runId } = requestOf(job);
      await end(runId, {
        state: job.state === 'cancelled' ? 'cancelled' : 'failed',
        error: JSON.stringify(job.error),
      }).catch((thrown: unknown) => {
        // The transform was deleted meanwhile, and its runs with it.
        if (!(thrown instanceof AssayError) || thrown.code !== 'transforms/run-not-found') throw thrown;
      });
    },
  };
}

function requestOf({ input }: Job): TransformJobRequest {
  const { runId } = Object(input) as { runId?: unknown };
  return { runId: String(runId) };
}
