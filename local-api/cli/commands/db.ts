import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Settings } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes, formatTime } from '../output.ts';
import { runningEngine } from '../running-engine.ts';

/** These work on the folder itself: all but `status` need that no engine holds it. */
export function dbCommand(): Command {
  const command = new Command('db').description('look after the workspace database');
  command
    .command('status')
    .description('size, migrations and automatic backups')
    .action(async (_options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const tools = await toolsOf(dir);
      const [status, backups] = await Promise.all([tools.status(), tools.backups()]);
      output.result({ ...status, backups }, () => {
        output.line(`${status.path}  ${formatBytes(status.sizeBytes)}`);
        output.table(
          [
            ...status.applied.map((m) => ({ name: m.name, state: formatTime(m.appliedAtMs) })),
            ...status.pending.map((name) => ({ name, state: pc.yellow('pending') })),
            ...status.unknown.map((name) => ({ name, state: pc.red('of a newer version') })),
          ],
          [
            { title: 'migration', value: (m) => m.name },
            { title: 'applied', value: (m) => m.state },
          ],
          'No migrations.',
        );
        output.line();
        output.table(
          backups,
          [
            { title: 'backup', value: (b) => b.path },
            { title: 'size', value: (b) => formatBytes(b.sizeBytes), align: 'right' },
          ],
          'No backups yet: assay db backup FILE',
        );
      });
    });
  command
    .command('upgrade')
    .description('apply pending migrations (a start does it too); a backup is made first')
    .action(async (_options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const applied = await (await toolsOf(dir)).upgrade();
      output.result({ applied }, () =>
        output.line(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'Nothing to upgrade.'),
      );
    });
  command
    .command('downgrade')
    .description('take migrations back; a backup is made first')
    .argument('<to>', 'the last migration to keep, by name or number')
    .action(async (to: string, _options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const undone = await (await toolsOf(dir)).downgrade(/^\d+$/.test(to) ? Number(to) : to);
      output.result({ undone }, () =>
        output.line(undone.length > 0 ? `Took back ${undone.join(', ')}.` : 'Nothing to take back.'),
      );
    });
  command
    .command('backup')
    .description('write a consistent copy of the database')
    .argument('<file>')
    .action(async (file: string, _options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const path = resolve(file);
      await (await toolsOf(dir)).backup(path);
      output.result({ path }, () => {
        output.line(`${pc.green('✓')} ${path}`);
        output.line(
          pc.dim(
            '  Secrets in it are sealed; the file secrets.key of the workspace, which opens them, is not in it.',
          ),
        );
      });
    });
  command
    .command('restore')
    .description('put a backup in the place of the database; what was there is kept')
    .argument('<file>')
    .action(async (file: string, _options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const result = await (await toolsOf(dir)).restore(file);
      output.result(result, () => {
        output.line(`${pc.green('✓')} Restored ${resolve(file)}.`);
        if (result.replaced) output.line(pc.dim(`What was there is kept as ${result.replaced}`));
      });
    });
  command
    .command('rotate-key')
    .description('make a new key for secrets and seal each of them with it')
    .action(async (_options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const secrets = await (await toolsOf(dir)).rotateKey();
      output.result({ secrets }, () =>
        output.line(`${pc.green('✓')} ${secrets} secrets are sealed with a new key.`),
      );
    });
  command
    .command('check')
    .description('look for damage in the database and in the stored artifacts')
    .action(async (_options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const problems = await (await toolsOf(dir)).check();
      if (problems.length === 0) problems.push(...(await damagedArtifacts(dir)));
      output.result({ ok: problems.length === 0, problems }, () => {
        for (const problem of problems) output.line(`${pc.red('✗')} ${problem}`);
        if (problems.length === 0) output.line(`${pc.green('✓')} The database and all artifacts are sound.`);
      });
      if (problems.length > 0) process.exitCode = exitCodes.unexpected;
    });
  command
    .command('gc')
    .description('remove deleted runs and dataset versions for good, and stored files that nothing refers to')
    .option(
      '--older-than <days>',
      'only what was deleted so many days ago; by default the setting tracking.purgeAfterDays',
    )
    .option('--dry-run', 'only say what would go')
    .action(async (options: { olderThan?: string; dryRun?: boolean }, own: Command) => {
      const { dir, output } = contextOf(own);
      const dryRun = options.dryRun === true;
      const result = await collectGarbage(dir, daysOf(options.olderThan), dryRun);
      output.result(result, () => {
        const kept =
          result.keptRuns > 0 ? ` ${result.keptRuns} deleted runs stay: models came from them.` : '';
        output.line(
          `${dryRun ? 'Would remove' : 'Removed'} ${result.runs} runs, ${result.experiments} experiments, ${result.datasetVersions} dataset versions and ${result.artifacts} files, ${formatBytes(result.freedBytes)}.${kept}`,
        );
      });
    });
  return command;
}

async function toolsOf(dir: string) {
  return (await import('../../../engine/index.ts')).databaseTools(dir);
}

function daysOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = Number(text);
  if (text.trim() !== '' && days >= 0) return days;
  throw new CommandFailure(
    'request/invalid',
    `--older-than takes a number of days, not "${text}".`,
    'For example --older-than 7',
    exitCodes.usage,
  );
}

/** By the engine that holds the workspace, or here when none does. */
async function collectGarbage(dir: string, days: number | null, dryRun: boolean) {
  const engine = await runningEngine(dir);
  if (engine) {
    const { settings } = await engine.client.settings.get();
    return engine.client.workspace.emptyTrash({ body: { olderThanDays: daysIn(days, settings), dryRun } });
  }
  const { openWorkspace } = await import('../../../engine/index.ts');
  const workspace = await openWorkspace({ dir, startJobs: false });
  try {
    const olderThanDays = daysIn(days, workspace.settings.current());
    return await workspace.emptyTrash({ olderThanDays, dryRun });
  } finally {
    await workspace.close();
  }
}

/** Where the setting says never, nothing is old enough. */
function daysIn(days: number | null, { tracking }: Settings): number {
  return days ?? (tracking.purgeAfterDays === 0 ? 36_500 : tracking.purgeAfterDays);
}

async function damagedArtifacts(dir: string): Promise<string[]> {
  const { openWorkspace } = await import('../../../engine/index.ts');
  const workspace = await openWorkspace({ dir, startJobs: false });
  try {
    const damaged: string[] = [];
    for await (const { digest, ok } of workspace.artifacts.verify())
      if (!ok) damaged.push(`The artifact ${digest} is damaged.`);
    return damaged;
  } finally {
    await workspace.close();
  }
}
