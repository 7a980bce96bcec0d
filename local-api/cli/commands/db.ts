import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { databaseTools, openWorkspace } from '../../../engine/index.ts';
import { runningEngine } from '../connect.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes, formatTime } from '../output.ts';

/** These work on the folder itself: all but `status` need that no engine holds it. */
export function dbCommand(): Command {
  const command = new Command('db').description('look after the workspace database');
  command
    .command('status')
    .description('size, migrations and automatic backups')
    .action(async (_options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const tools = databaseTools(dir);
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
      const applied = await databaseTools(dir).upgrade();
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
      const undone = await databaseTools(dir).downgrade(/^\d+$/.test(to) ? Number(to) : to);
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
      await databaseTools(dir).backup(path);
      output.result({ path }, () => output.line(`${pc.green('✓')} ${path}`));
    });
  command
    .command('restore')
    .description('put a backup in the place of the database; what was there is kept')
    .argument('<file>')
    .action(async (file: string, _options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const result = await databaseTools(dir).restore(file);
      output.result(result, () => {
        output.line(`${pc.green('✓')} Restored ${resolve(file)}.`);
        if (result.replaced) output.line(pc.dim(`What was there is kept as ${result.replaced}`));
      });
    });
  command
    .command('check')
    .description('look for damage in the database and in the stored artifacts')
    .action(async (_options: unknown, own: Command) => {
      const { dir, output } = contextOf(own);
      const problems = await databaseTools(dir).check();
      if (problems.length === 0) problems.push(...(await damagedArtifacts(dir)));
      output.result({ ok: problems.length === 0, problems }, () => {
        for (const problem of problems) output.line(`${pc.red('✗')} ${problem}`);
        if (problems.length === 0) output.line(`${pc.green('✓')} The database and all artifacts are sound.`);
      });
      if (problems.length > 0) process.exitCode = exitCodes.unexpected;
    });
  command
    .command('gc')
    .description('remove stored artifacts that nothing refers to')
    .option('--dry-run', 'only say what would go')
    .action(async (options: { dryRun?: boolean }, own: Command) => {
      const { dir, output } = contextOf(own);
      if (await runningEngine(dir))
        throw new CommandFailure(
          'workspace/locked',
          'An engine holds this workspace.',
          'Stop it first.',
          exitCodes.conflict,
        );
      const workspace = await openWorkspace({ dir, startJobs: false });
      try {
        const result = await workspace.artifacts.collectGarbage({ dryRun: options.dryRun === true });
        output.result(result, () =>
          output.line(
            `${options.dryRun ? 'Would remove' : 'Removed'} ${result.removed} artifacts, ${formatBytes(result.freedBytes)}.`,
          ),
        );
      } finally {
        await workspace.close();
      }
    });
  return command;
}

async function damagedArtifacts(dir: string): Promise<string[]> {
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
