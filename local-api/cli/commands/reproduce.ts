import { Command } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { Reproduction, ReproductionReport, ReproductionVerdict } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import type { Output } from '../output.ts';
import { findRun } from '../run-ref.ts';

const exitCodeOf: Record<ReproductionVerdict, number> = {
  identical: exitCodes.ok,
  'same-metrics': exitCodes.ok,
  differs: exitCodes.differs,
  'nothing-to-compare': exitCodes.differs,
  failed: exitCodes.jobFailed,
};
/** Comparing starts when the run has ended, and reads a few small files. */
const compareMs = 30_000;

export function reproduceCommand(): Command {
  return new Command('reproduce')
    .description('make a run again, and say whether it comes to the same')
    .argument('<run>', 'a run id, or its first digits')
    .option('--force', 'also where code or folder are not as they were')
    .addHelpText(
      'after',
      '\nExit codes: 0 same bytes or same metrics, 5 the copy failed, 6 it differs or nothing can be compared.',
    )
    .action(async (ref: string, options: { force?: boolean }, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const runId = await findRun(client, ref);
        const started = await client.reproduction.start({
          params: { runId },
          body: { force: options.force ?? false },
        });
        output.note(pc.dim(`Run ${started.name} (${started.runId.slice(0, 8)})`));
        const job = await client.jobs.get({ params: { jobId: started.jobId ?? '' } });
        await finish(client, job, 'Make the run again');
        const report = await reportOf(client, started);
        output.result(report, () => printReport(report, output));
        process.exitCode = exitCodeOf[report.verdict];
      });
    });
}

async function reportOf(client: Client, { runId }: Reproduction): Promise<ReproductionReport> {
  const until = Date.now() + compareMs;
  for (;;) {
    const { reproduces } = await client.reproduction.get({ params: { runId } });
    if (reproduces?.report) return reproduces.report;
    if (Date.now() > until)
      throw new CommandFailure(
        'internal',
        'The run has ended, but it was not compared.',
        `assay runs ${runId} shows what it made.`,
        exitCodes.unexpected,
      );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function printReport(report: ReproductionReport, output: Output): void {
  const isSame = exitCodeOf[report.verdict] === exitCodes.ok;
  output.line(`${isSame ? pc.green('✓') : pc.red('✗')} ${report.summary}`);
  const rows = [
    ...report.metrics.differing.map(({ key, statistic, ...pair }) => ({
      what: `${key} (${statistic})`,
      ...pair,
    })),
    ...report.environment,
  ];
  if (rows.length === 0) return;
  output.line();
  output.table(
    rows.slice(0, 40),
    [
      { title: 'differs', value: ({ what }) => what },
      { title: 'was', value: ({ original }) => String(original ?? '') },
      { title: 'is', value: ({ reproduced }) => String(reproduced ?? '') },
    ],
    '',
  );
}
