import type { Client } from '../../local-api/client/index.ts';
import type { Job } from '../../local-api/contract/index.ts';

export type PenguinWorkspace = {
  /** All penguins, and those of the island Biscoe. */
  versionIds: [string, string];
  experimentId: string;
  runIds: string[];
  model: string;
  reportId: string;
  /** The job that made the report. */
  jobId: string;
};

/** Fills a workspace with one of everything, quickly: two versions, two runs, a model, a drift report. */
export async function fillWithPenguins(client: Client): Promise<PenguinWorkspace> {
  const all = await importPenguins(client);
  const island = await importPenguins(client, `"Island" = 'Biscoe'`);
  const experiment = await client.experiments.create({ body: { name: 'penguins by beak' } });
  const runIds: string[] = [];
  for (const kind of ['linear', 'gbdt'] as const) {
    const job = await client.training.start({
      body: {
        experimentId: experiment.id,
        name: kind,
        recipe: {
          task: 'classification',
          dataset: all,
          target: { column: 'Species' },
          trainer: kind === 'gbdt' ? { kind, trees: 10 } : { kind },
        },
      },
    });
    runIds.push(String((await ended(client, job)).runId));
  }
  const model = 'penguin species';
  await client.models.register({
    params: { model },
    body: { runId: runIds[1] ?? '', aliases: ['champion'] },
  });
  const report = await ended(
    client,
    await client.driftReports.create({ body: { referenceVersionId: all, currentVersionId: island } }),
  );
  const { reportId } = report.result as { reportId: string };
  return {
    versionIds: [all, island],
    experimentId: experiment.id,
    runIds,
    model,
    reportId,
    jobId: report.id,
  };
}

export async function importPenguins(client: Client, where?: string): Promise<string> {
  const job = await client.datasets.import({
    body: {
      dataset: 'penguins',
      source: { kind: 'sample', name: 'penguins' },
      options: where === undefined ? {} : { where },
      note: where ?? 'all islands',
    },
  });
  const { versionId } = (await ended(client, job)).result as { versionId: string };
  return versionId;
}

export async function ended(client: Client, job: Job): Promise<Job> {
  const last = await client.waitForJob(job.id);
  if (last.state !== 'succeeded') throw new Error(`${last.title}: ${last.error?.message ?? last.state}`);
  return last;
}
