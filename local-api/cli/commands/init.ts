import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { isWorkspace } from '../workspace-dir.ts';

export function initCommand(): Command {
  return new Command('init')
    .description('make a workspace folder (any command does it when it is needed)')
    .action(async (_options: unknown, command: Command) => {
      const { dir, output, withClient } = contextOf(command);
      const existed = isWorkspace(dir);
      await withClient(async (client) => {
        const info = await client.workspace.info();
        output.result({ ...info, created: !existed }, () => {
          output.line(existed ? `This workspace is there already: ${dir}` : `Made the workspace ${dir}`);
          output.line('Next: assay import data.csv, or assay quickstart for a tour on sample data.');
        });
      });
    });
}
