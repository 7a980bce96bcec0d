import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { formatTime } from '../output.ts';

type Options = { filter?: string; delete?: string; restore?: string };

export function viewsCommand(): Command {
  return new Command('views')
    .description('list saved views of the runs and compare pages, or show one of them')
    .argument('[view]', 'a view id')
    .option('-f, --filter <filter>', "for example: page = 'runs' and name ilike '%vision%'")
    .option('--delete <view>', 'deletes a view; it can be restored until the trash is emptied')
    .option('--restore <view>', 'brings a deleted view back')
    .action(async (view: string | undefined, options: Options, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async ({ views }) => {
        if (options.delete !== undefined) {
          const params = { viewId: options.delete };
          await views.delete({ params });
          output.result({ deleted: options.delete }, () => output.line(`Deleted ${options.delete}.`));
        } else if (options.restore !== undefined) {
          const restored = await views.restore({ params: { viewId: options.restore } });
          output.result(restored, () => output.line(`Restored "${restored.name}".`));
        } else if (view !== undefined) {
          const found = await views.get({ params: { viewId: view } });
          output.result(found, () => output.line(`${found.name}\n${JSON.stringify(found.state, null, 2)}`));
        } else {
          const page = await views.list({ query: { filter: options.filter, limit: 1000 } });
          output.result(page, () =>
            output.table(
              page.items,
              [
                { title: 'view', value: ({ id }) => id },
                { title: 'name', value: ({ name }) => name },
                { title: 'page', value: (each) => each.page },
                { title: 'experiment', value: ({ experimentId }) => experimentId ?? 'all' },
                { title: 'changed', value: ({ updatedAtMs }) => formatTime(updatedAtMs) },
              ],
              'No saved views.',
            ),
          );
        }
      });
    });
}
