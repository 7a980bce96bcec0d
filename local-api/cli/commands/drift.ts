import { Command } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import type { DriftReport } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { type JudgingOptions, printColumns, settingsOf, withJudging } from '../drift-judging.ts';
import { overTime } from '../drift-over-time.ts';
import { printSections } from '../drift-sections.ts';
import { type WindowOptions, windowsOf, withWindows } from '../drift-windows.ts';
import { formatCount } from '../output.ts';
import { type ReportFiles, saveReportFiles, withReportFiles } from '../report-files.ts';

const DriftJobResult = z.object({ reportId: z.string() });

/** Exit code of `assay drift --fail-on-drift` when the data has drifted, apart from those of failures. */
const DRIFTED = 10;

export function driftCommand(): Command {
  return withReportFiles(withJudging(withWindows(new Command('drift'))))
    .description('compare dataset versions, the data of a model and logged requests; as a whole or over time')
    .option('-c, --columns <column...>', 'only these columns')
    .option('--fail-on-drift', `end with exit code ${DRIFTED} when the dataset has drifted`)
    .action(
      async (
        reference: string | undefined,
        current: string | undefined,
        options: { columns?: string[]; failOnDrift?: boolean } & WindowOptions & JudgingOptions & ReportFiles,
        command: Command,
      ) => {
        const { output, withClient, finish } = contextOf(command);
        await withClient(async (client) => {
          const windows = await windowsOf(client, reference, current, options);
          const asked = {
            ...windows,
            ...(options.columns ? { columns: options.columns } : {}),
            ...(options.model ? { model: options.model } : {}),
          };
          if (options.by !== undefined) {
            const isDrifted = await overTime(command, client, asked, options);
            if (options.failOnDrift && isDrifted) process.exitCode = DRIFTED;
            return;
          }
          const job = await client.driftReports.create({
            body: { ...asked, ...settingsOf(options), ...(options.target ? { target: options.target } : {}) },
          });
          const ended = await finish(client, job, 'Drift');
          const { reportId } = DriftJobResult.parse(ended.result);
          const report = await client.driftReports.get({ params: { reportId } });
          await saveReportFiles(client, output, reportId, options);
          output.result(report, () => {
            output.line(
              `${report.referenceName} (${rowsOf(report.referenceRows, report.reference)}) → ${report.currentName} (${rowsOf(report.currentRows, report.current)})`,
            );
            printColumns(output, report);
            output.line();
            output.line(
              `${report.drifted ? pc.yellow('The dataset has drifted') : pc.green('The dataset as a whole has not drifted')}: ${report.driftedColumns} of ${report.totalColumns} columns.`,
            );
            printSections(output, report);
          });
          if (options.failOnDrift && report.drifted) process.exitCode = DRIFTED;
        });
      },
    );
}

function rowsOf(rows: number, window: DriftReport['current']): string {
  const whole = window?.wholeRows ?? null;
  return whole === null ? `${formatCount(rows)} rows` : `${formatCount(rows)} of ${formatCount(whole)} rows`;
}
