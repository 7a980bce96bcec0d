import type { TransformRun } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import type { DefinitionChecks } from './definition-checks.ts';
import { badDefinition } from './preview-rows.ts';
import { inputEnds, resolveInputs, runKey } from './resolve-inputs.ts';
import { definitionOf, type RunRow, type TransformBook, type TransformRow, toRun } from './transform-book.ts';

export type RunOrder = {
  version?: number | undefined;
  force: boolean;
  trigger: 'hand' | 'auto';
  parentJobId: string | null;
};

/** Runs a transform over its inputs as they are now, unless the same was computed before or is being computed. */
export function createRunStarter(parts: {
  book: TransformBook;
  checks: DefinitionChecks;
  data: DataService;
  jobs: JobQueue;
  clock: Clock;
  ids: Ids;
  tell(row: TransformRow, change: 'started' | 'ended'): void;
}): (row: TransformRow, how: RunOrder) => Promise<TransformRun> {
  const { book, checks, data, jobs, clock, ids, tell } = parts;

  /** The run that has computed the same, when what it made is still there. */
  const computed = async (key: string): Promise<RunRow | null> => {
    for (const run of await book.succeeded(key)) {
      const ends = toRun(run, { id: '', name: '' }).outputs;
      const found = await Promise.all(
        ends.map(({ versionId }) => data.getVersion(versionId).catch(() => null)),
      );
      if (found.every((version) => version !== null)) return run;
    }
    return null;
  };

  return async (row: TransformRow, how: RunOrder): Promise<TransformRun> => {
    const version = how.version ?? row.version;
    const definition = definitionOf(await book.versionRow(row, version));
    const resolved = await resolveInputs(data, definition);
    const { problems } = await checks.plan(definition, resolved);
    if (problems.length > 0) throw badDefinition(problems);
    const inputs = inputEnds(resolved.versions);
    const key = runKey(definition, inputs);
    const nowMs = clock.nowMs();
    const run = {
      id: ids.id('trn'),
      transform_pk: row.pk,
      version,
      trigger: how.trigger,
      key,
      inputs: JSON.stringify(inputs),
      error: null,
      created_at_ms: nowMs,
    };
    const same = how.force ? null : await computed(key);
    if (same !== null) {
      await book.addRun({
        ...run,
        state: 'succeeded',
        cached: 1,
        job_id: null,
        outputs: same.outputs,
        ended_at_ms: nowMs,
      });
      tell(row, 'ended');
      return toRun(await book.runRow(run.id), row);
    }
    const running = (await book.running()).find(
      (other) => other.transform_pk === row.pk && other.key === key,
    );
    if (running !== undefined) return toRun(running, row);
    const jobId = jobs.newJobId();
    await book.addRun({
      ...run,
      state: 'running',
      cached: 0,
      job_id: jobId,
      outputs: '[]',
      ended_at_ms: null,
    });
    try {
      await jobs.submit({
        id: jobId,
        kind: 'transform',
        title: `Transform ${row.name} v${version}`,
        input: { runId: run.id },
        parentId: how.parentJobId,
      });
    } catch (thrown) {
      await book.changeRun(run.id, { state: 'cancelled', ended_at_ms: clock.nowMs() });
      throw thrown;
    }
    tell(row, 'started');
    return toRun(await book.runRow(run.id), row);
  };
}
