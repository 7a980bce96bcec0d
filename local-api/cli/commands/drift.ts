import { Command } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import { contextOf } from '../context.ts';
import { formatCount, formatNumber } from '../output.ts';
import { type ReportFiles, saveReportFiles, withReportFiles } from '../report-files.ts';
import { resolveVersion } from '../version-ref.ts';

const DriftJobResult = z.object({ reportId: z.string() });

/** Exit code of `assay drift --fail-on-drift` when the data has drifted, apart from those of failures. */
const DRIFTED = 10;

export function driftCommand(): Command {
  return withReportFiles(new Command('drift'))
    .description('compare two dataset versions, column by column')
    .argument('<reference>', 'flights@1, or flights for the newest version')
    .argument('<current>', 'flights@2')
    .option('-c, --columns <column...>', 'only these columns')
    .option('--fail-on-drift', `end with exit code ${DRIFTED} when the dataset has drifted`)
    .action(
      async (
        reference: string,
        current: string,
        options: { columns?: string[]; failOnDrift?: boolean } & ReportFiles,
        command: Command,
      ) => {
        const { output, withClient, finish } = contextOf(command);
        await withClient(async (client) => {
          const [a, b] = await Promise.all([
            resolveVersion(client, reference),
            resolveVersion(client, current),
          ]);
          const job = await client.driftReports.create({
            body: {
              referenceVersionId: a.id,
              currentVersionId: b.id,
              ...(options.columns ? { columns: options.columns } : {}),
            },
          });
          const ended = await finish(client, job, 'Drift');
          const { reportId } = DriftJobResult.parse(ended.result);
          const report = await client.driftReports.get({ params: { reportId } });
          await saveReportFiles(client, output, reportId, options);
          output.result(report, () => {
            output.line(
              `${report.referenceName} (${formatCount(report.referenceRows)} rows) → ${report.currentName} (${formatCount(report.currentRows)} rows)`,
            );
            output.table(
              report.columns,
              [
                { title: 'column', value: (c) => c.name },
                { title: 'method', value: (c) => c.method },
                { title: 'score', value: (c) => formatNumber(c.score), align: 'right' },
                { title: 'threshold', value: (c) => formatNumber(c.threshold), align: 'right' },
                { title: 'p', value: (c) => formatNumber(c.pValue), align: 'right' },
                { title: '', value: (c) => (c.drifted ? pc.yellow('drifted') : pc.dim('stable')) },
                { title: '', value: (c) => pc.dim(c.reason) },
              ],
              'No column could be compared.',
            );
            for (const skipped of report.skippedColumns)
              output.line(pc.dim(`${skipped.name} left out: ${skipped.reason}`));
            output.line();
            output.line(
              `${report.drifted ? pc.yellow('The dataset has drifted') : pc.green('The dataset as a whole has not drifted')}: ${report.driftedColumns} of ${report.totalColumns} columns.`,
            );
          });
          if (options.failOnDrift && report.drifted) process.exitCode = DRIFTED;
        });
      },
    );
}
