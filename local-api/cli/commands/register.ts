import { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { findRun } from '../run-ref.ts';

export function registerCommand(): Command {
  return new Command('register')
    .description('register the model of a run as a new version')
    .argument('<run>', 'a run id, or its first digits')
    .argument('<model>', 'name of the model; made when new')
    .option('--version <version>', 'semantic version (default: the next one)')
    .option('-a, --alias <alias...>', 'aliases to point at it, e.g. champion')
    .option('--description <text>', 'what is special about this version')
    .action(
      async (
        ref: string,
        model: string,
        options: { version?: string; alias?: string[]; description?: string },
        command: Command,
      ) => {
        const { output, withClient } = contextOf(command);
        await withClient(async (client) => {
          const version = await client.models.register({
            params: { model },
            body: {
              runId: await findRun(client, ref),
              aliases: options.alias ?? [],
              description: options.description ?? '',
              ...(options.version ? { version: options.version } : {}),
            },
          });
          output.result(version, () => {
            const aliases = version.aliases.map((alias) => pc.cyan(`@${alias}`)).join(' ');
            output.line(`${pc.green('✓')} ${version.model} ${version.version} ${aliases}`);
            output.line(pc.dim(`  ${version.digest}`));
          });
        });
      },
    );
}
