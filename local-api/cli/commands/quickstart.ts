import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { type DriftReport, QuickstartResult } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { printColumns } from '../drift-judging.ts';
import { numberOption } from '../number-option.ts';
import { formatNumber, formatSeconds, type Output } from '../output.ts';

export function quickstartCommand(): Command {
  return new Command('quickstart')
    .description('run the whole loop on sample data: import, train, register, predict, check drift, export')
    .option('--rows <n>', 'rows to train and test on', rowsOf, 200_000)
    .option('--seed <n>', 'seed of everything random', numberOption, 0)
    .action(async (options: { rows: number; seed: number }, command: Command) => {
      const { output, withClient, finish, dir } = contextOf(command);
      await withClient(async (client) => {
        const job = await client.workspace.quickstart({ body: { rows: options.rows, seed: options.seed } });
        const ended = await finish(client, job, 'Quickstart');
        const result = QuickstartResult.parse(ended.result);
        const report = await client.driftReports.get({ params: { reportId: result.drift.reportId } });
        output.result(result, () => printReport(output, result, report, dir));
      });
    });
}

function rowsOf(text: string): number {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 2000)
    throw new InvalidArgumentError('At least 2000 rows are needed.');
  return rows;
}

function printReport(output: Output, result: QuickstartResult, report: DriftReport, dir: string): void {
  const { reference, current } = result.dataset;
  output.line();
  output.line(pc.bold('Data'));
  output.line(
    `  reference  ${reference.rows.toLocaleString('en-US')} rows   ${pc.dim(reference.digest.slice(0, 19))}`,
  );
  output.line(
    `  current    ${current.rows.toLocaleString('en-US')} rows   ${pc.dim(current.digest.slice(0, 19))}`,
  );
  output.line();
  output.line(pc.bold('Models, best first'));
  output.table(
    result.runs,
    [
      { title: '', value: (run) => (run.id === result.best.runId ? pc.green('★') : ' ') },
      { title: 'run', value: (run) => run.name },
      ...['auc', 'log_loss', 'accuracy', 'f1', 'brier', 'ece'].map((key) => ({
        title: key,
        value: (run: QuickstartResult['runs'][number]) => formatNumber(run.metrics[key]),
        align: 'right' as const,
      })),
      { title: 'seconds', value: (run) => run.seconds.toFixed(1), align: 'right' },
    ],
    '',
  );
  output.line();
  output.line(
    `${pc.bold('Registered')}  ${result.model.name} ${result.model.version} @champion  ${pc.dim(result.model.digest.slice(0, 19))}`,
  );
  output.line(
    `${pc.bold('Served')}      ${result.parity.rows.toLocaleString('en-US')} held-out rows over HTTP, largest difference to the evaluation ${result.parity.maxAbsDiff.toExponential(1)}`,
  );
  output.line();
  output.line(
    `${pc.bold('Drift')}       ${report.drifted ? pc.yellow('the data has drifted') : pc.green('no drift of the dataset as a whole')}: ${report.driftedColumns} of ${report.totalColumns} columns`,
  );
  printColumns(output, report);
  output.line();
  output.line(`${pc.bold('Exported')}    ${result.export.path}`);
  output.line(pc.dim(`            ${result.export.files.join('  ')}`));
  output.line();
  output.line(
    `Done in ${formatSeconds(result.seconds)}. Look further: npm start -- --workspace ${quote(dir)}`,
  );
  output.line(pc.dim(`then ${result.links.experiment}  ${result.links.model}  ${result.links.drift}`));
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path}'`;
}
