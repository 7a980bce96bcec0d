import { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { formatTime } from '../output.ts';
import { statusColour } from './runs.ts';

const actions = ['cancel', 'pause', 'resume', 'finish', 'retry'] as const;
type Action = (typeof actions)[number];

export function jobsCommand(): Command {
  const command = new Command('jobs')
    .description('list jobs, show one with its log, cancel, pause, resume, finish early or try again')
    .argument('[job]', 'a job id')
    .option('-f, --filter <filter>', "for example: state = 'dead'")
    .option('--cancel', 'stop the job and the jobs it started')
    .option('--pause', 'pause a search; it goes on later from what it has')
    .option('--resume', 'let a paused job go on')
    .option('--finish', 'let a search end now, with the best so far')
    .option('--retry', 'queue a job that failed once more')
    .action(
      async (
        jobId: string | undefined,
        options: { filter?: string } & Partial<Record<Action, boolean>>,
        own: Command,
      ) => {
        const { output, withClient } = contextOf(own);
        await withClient(async (client) => {
          if (jobId === undefined) {
            const page = await client.jobs.list({
              query: { limit: 50, ...(options.filter ? { filter: options.filter } : {}) },
            });
            output.result(page, () =>
              output.table(
                page.items,
                [
                  { title: 'job', value: (j) => j.id },
                  { title: 'kind', value: (j) => j.kind },
                  { title: 'state', value: (j) => (j.isPaused ? 'paused' : statusColour(j.state)) },
                  { title: 'title', value: (j) => j.title },
                  {
                    title: 'progress',
                    value: (j) =>
                      j.progress.fraction === null ? '' : `${Math.round(j.progress.fraction * 100)} %`,
                    align: 'right',
                  },
                  { title: 'created', value: (j) => formatTime(j.createdAtMs) },
                  { title: '', value: (j) => pc.dim(j.error?.message ?? '') },
                ],
                'No jobs.',
              ),
            );
            return;
          }
          const params = { jobId };
          const action = actions.find((name) => options[name] === true) ?? 'get';
          const job = await client.jobs[action]({ params });
          const log = await client.jobs.logs({ params });
          output.result({ ...job, log: log.items }, () => {
            output.line(`${pc.bold(job.title)}  ${statusColour(job.state)}  ${pc.dim(job.id)}`);
            if (job.progress.message) output.line(job.progress.message);
            if (job.error) output.line(`${pc.red(job.error.message)}\n${pc.dim(job.error.hint)}`);
            for (const line of log.items)
              output.line(`${pc.dim(new Date(line.atMs).toISOString().slice(11, 19))} ${line.text}`);
          });
        });
      },
    );
  return command;
}
