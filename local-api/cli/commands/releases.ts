import { Command } from 'commander';
import pc from 'picocolors';
import type { GateReport, ReleaseTransition } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { findModelVersion } from '../model-ref.ts';
import { formatTime, type Output } from '../output.ts';

type PromoteOptions = { to: string; reason?: string; actor?: string; override?: string };
type RollbackOptions = { in: string; reason: string; to?: string; actor?: string };

const modelArgument = 'late-flights, late-flights/1.2.0 or late-flights@champion';

export function promoteCommand(): Command {
  return new Command('promote')
    .description('bring a version of a model into an environment; its gates run first')
    .argument('<model>', modelArgument)
    .requiredOption('--to <environment>', 'dev, test, staging, production, or as the settings name them')
    .option('--reason <text>', 'why, for those who read the history')
    .option('--actor <name>', 'who does it (default: you)')
    .option('--override <reason>', 'promote although gates fail; the reason is kept')
    .action(async (ref: string, options: PromoteOptions, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const { model, version } = await findModelVersion(client, ref);
        const told = await client.releases.promote({
          params: { model },
          body: {
            version,
            environment: options.to,
            ...(options.reason === undefined ? {} : { reason: options.reason }),
            ...(options.actor === undefined ? {} : { actor: options.actor }),
            ...(options.override === undefined ? {} : { override: { reason: options.override } }),
          },
        });
        output.result(told, () => showMove(output, told));
      });
    });
}

export function rollbackCommand(): Command {
  return new Command('rollback')
    .description('bring back the version that was in an environment before')
    .argument('<model>', 'a model')
    .requiredOption('--reason <text>', 'why')
    .option('--in <environment>', 'the environment', 'production')
    .option('--to <version>', 'the version to go back to (default: the one before)')
    .option('--actor <name>', 'who does it (default: you)')
    .action(async (model: string, options: RollbackOptions, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const told = await client.releases.rollback({
          params: { model },
          body: {
            environment: options.in,
            reason: options.reason,
            ...(options.to === undefined ? {} : { to: options.to }),
            ...(options.actor === undefined ? {} : { actor: options.actor }),
          },
        });
        output.result(told, () => showMove(output, told));
      });
    });
}

function showMove(
  output: Output,
  { model, version, from, environment, overrideReason, pushes }: ReleaseTransition,
): void {
  const before = from === null ? '' : pc.dim(` (was ${from})`);
  output.line(`${pc.green('✓')} ${model} ${version} is in ${environment} now${before}`);
  if (overrideReason !== null)
    output.line(pc.yellow('  Gates had failed; the reason for the override is kept.'));
  for (const { target, error } of pushes)
    output.line(error === null ? `  It is pushed to ${target}.` : pc.yellow(`  ${target}: ${error}`));
}

/** Exit code of `assay gate` when a gate has failed, apart from those of failures. */
const GATES_FAILED = 11;

export function gateCommand(): Command {
  return new Command('gate')
    .description('hold a version against the gates of an environment, without promoting it')
    .argument('<model>', modelArgument)
    .requiredOption('--env <environment>', 'the environment whose policy counts')
    .action(async (ref: string, options: { env: string }, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const { model, version } = await findModelVersion(client, ref);
        const job = await client.releases.runGates({
          params: { model, version },
          body: { environment: options.env },
        });
        const { result } = await finish(client, job, `Gates of ${options.env}`);
        const report = await client.releases.gateReport({ params: { reportId: reportIdOf(result) } });
        output.result(report, () => showReport(output, report));
        if (!report.passed) process.exitCode = GATES_FAILED;
      });
    });
}

function reportIdOf(result: unknown): string {
  return typeof result === 'object' && result !== null && 'reportId' in result ? String(result.reportId) : '';
}

const marks = { pass: pc.green('pass'), fail: pc.red('fail'), skipped: pc.yellow('skipped') };

function showReport(output: Output, report: GateReport): void {
  output.table(
    report.gates,
    [
      { title: '', value: (gate) => marks[gate.verdict] },
      { title: 'gate', value: (gate) => gate.title },
      { title: 'measured', value: (gate) => gate.measured },
      { title: 'limit', value: (gate) => gate.limit },
      { title: '', value: (gate) => pc.dim(gate.reason) },
    ],
    'The policy has no gates.',
  );
  output.line();
  const name = `${report.model} ${report.version}`;
  output.line(
    report.passed
      ? pc.green(`${name} may go to ${report.environment}.`)
      : pc.red(`${name} must not go to ${report.environment}.`),
  );
}

/** `assay models <model> --history` */
export async function showReleaseHistory(command: Command, model: string): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const page = await client.releases.history({ params: { model }, query: { limit: 200 } });
    output.result(page, () =>
      output.table(
        page.items,
        [
          { title: 'when', value: (line) => formatTime(line.atMs) },
          { title: 'what', value: (line) => line.kind },
          { title: 'version', value: (line) => line.version },
          { title: 'from', value: (line) => line.from ?? '' },
          { title: 'environment', value: (line) => line.environment ?? '' },
          { title: 'who', value: (line) => line.actor },
          { title: 'why', value: (line) => line.overrideReason ?? line.reason },
        ],
        'Nothing has been released yet: assay promote <model> --to <environment>',
      ),
    );
  });
}
