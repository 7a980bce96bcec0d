import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { formatCount, formatTime } from '../output.ts';
import { resolveVersion } from '../version-ref.ts';

/** The sub-commands of `assay datasets` that change versions. */
export function versionCommands(): Command[] {
  return [tagCommand(), untagCommand(), noteCommand(), deleteCommand(), restoreCommand()];
}

function tagCommand(): Command {
  return new Command('tag')
    .description('give a version a name, or move the name to it: assay datasets tag flights@3 production')
    .argument('<version>', 'flights@3')
    .argument('<name>', 'production')
    .action(async (ref: string, alias: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const { dataset, version } = await resolveVersion(client, ref);
        const named = await client.datasetVersions.setAlias({
          params: { dataset, alias },
          body: { version },
        });
        output.result(named, () => output.line(`${dataset}@${alias} is version ${version}.`));
      });
    });
}

function untagCommand(): Command {
  return new Command('untag')
    .description('take a name away: assay datasets untag flights production')
    .argument('<dataset>')
    .argument('<name>')
    .action(async (dataset: string, alias: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        await client.datasetVersions.deleteAlias({ params: { dataset, alias } });
        output.result({ dataset, alias }, () =>
          output.line(`No version of ${dataset} is named ${alias} now.`),
        );
      });
    });
}

function noteCommand(): Command {
  return new Command('note')
    .description('write what is worth knowing about a version')
    .argument('<version>', 'flights@3')
    .argument('<text>')
    .action(async (ref: string, note: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const { id } = await resolveVersion(client, ref);
        const version = await client.datasetVersions.update({ params: { versionId: id }, body: { note } });
        output.result(version, () => output.line(`Noted at ${version.dataset}@${version.version}.`));
      });
    });
}

function deleteCommand(): Command {
  return new Command('delete')
    .description('delete a version; it can be restored until the trash is emptied (assay db gc)')
    .argument('<version>', 'flights@3')
    .action(async (ref: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const version = await resolveVersion(client, ref);
        await client.datasets.deleteVersion({ params: { versionId: version.id } });
        output.result(version, () =>
          output.line(
            `Deleted ${version.dataset}@${version.version}. Take it back: assay datasets restore ${version.id}`,
          ),
        );
      });
    });
}

function restoreCommand(): Command {
  return new Command('restore')
    .description('take back a delete; without an id, list what can be restored')
    .argument('[id]', 'the id of a version')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        if (id !== undefined) {
          const version = await client.datasetVersions.restore({ params: { versionId: id } });
          output.result(version, () => output.line(`Restored ${version.dataset}@${version.version}.`));
          return;
        }
        const page = await client.datasetVersions.deleted({ query: { limit: 200, sort: '-deletedAtMs' } });
        output.result(page, () =>
          output.table(
            page.items,
            [
              { title: 'version', value: (v) => `${v.dataset}@${v.version}` },
              { title: 'rows', value: (v) => formatCount(v.rows), align: 'right' },
              { title: 'deleted', value: (v) => formatTime(v.deletedAtMs ?? 0) },
              { title: 'id', value: (v) => v.id },
            ],
            'Nothing to restore.',
          ),
        );
      });
    });
}
