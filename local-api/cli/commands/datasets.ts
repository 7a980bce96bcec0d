import { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { formatBytes, formatCount, formatNumber, formatTime } from '../output.ts';
import { versionColumns } from '../version-columns.ts';
import { resolveVersion } from '../version-ref.ts';
import { showBadRows } from './bad-rows.ts';
import { versionCommands } from './dataset-versions.ts';

export function datasetsCommand(): Command {
  const command = new Command('datasets').description(
    'list datasets, show one of them, or name, note, delete and restore versions',
  );
  command
    .argument('[dataset]', 'a dataset, or a version of it: flights, flights@2')
    .option('--profile', 'show the profile of the version')
    .option('--bad-rows', 'show the rows that the import of the version set aside')
    .option('--filter <filter>', "for example: name like 'fl%'")
    .action(
      async (
        dataset: string | undefined,
        options: { profile?: boolean; badRows?: boolean; filter?: string },
        own: Command,
      ) => {
        if (dataset === undefined) await listDatasets(own, options.filter);
        else if (options.badRows) await showBadRows(own, dataset);
        else if (options.profile) await showProfile(own, dataset);
        else await showDataset(own, dataset);
      },
    );
  for (const child of versionCommands()) command.addCommand(child);
  return command;
}

async function listDatasets(command: Command, filter: string | undefined): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const page = await client.datasets.list({ query: { limit: 200, ...(filter ? { filter } : {}) } });
    output.result(page, () =>
      output.table(
        page.items,
        [
          { title: 'dataset', value: (d) => d.name },
          { title: 'versions', value: (d) => String(d.versions), align: 'right' },
          { title: 'rows', value: (d) => (d.latest ? formatCount(d.latest.rows) : ''), align: 'right' },
          {
            title: 'columns',
            value: (d) => (d.latest ? String(d.latest.columns.length) : ''),
            align: 'right',
          },
          { title: 'size', value: (d) => (d.latest ? formatBytes(d.latest.sizeBytes) : ''), align: 'right' },
          { title: 'updated', value: (d) => formatTime(d.updatedAtMs) },
        ],
        'No datasets yet. Import one: assay import data.csv',
      ),
    );
  });
}

async function showDataset(command: Command, name: string): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const versions = await client.datasets.versions({
      params: { dataset: name.split('@')[0] ?? name },
      query: { limit: 200 },
    });
    output.result(versions, () => {
      output.table(versions.items, versionColumns, 'No versions.');
      const newest = versions.items[0];
      if (!newest) return;
      output.line();
      output.table(
        newest.columns,
        [
          { title: 'column', value: (c) => c.name },
          { title: 'type', value: (c) => c.type },
          { title: '', value: (c) => (c.nullable ? pc.dim('may be missing') : '') },
        ],
        'No columns.',
      );
    });
  });
}

async function showProfile(command: Command, name: string): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const version = await resolveVersion(client, name);
    const profile = await client.datasetProfiles.get({ params: { versionId: version.id } });
    output.result(profile, () => {
      output.line(`${version.dataset}@${version.version}: ${formatCount(profile.rows)} rows`);
      output.table(
        profile.columns,
        [
          { title: 'column', value: (c) => c.name },
          { title: 'type', value: (c) => c.type },
          {
            title: 'missing',
            value: (c) => `${formatNumber((100 * c.missing) / Math.max(1, profile.rows))} %`,
            align: 'right',
          },
          { title: 'distinct', value: (c) => formatCount(c.distinct), align: 'right' },
          { title: 'min', value: (c) => String(c.min ?? ''), align: 'right' },
          { title: 'median', value: (c) => formatNumber(c.quantiles?.p50), align: 'right' },
          { title: 'max', value: (c) => String(c.max ?? ''), align: 'right' },
          {
            title: 'most frequent',
            value: (c) =>
              c.topValues
                .slice(0, 3)
                .map((t) => String(t.value))
                .join(', '),
          },
          { title: '', value: (c) => pc.yellow(c.warnings.join('; ')) },
        ],
        'No columns.',
      );
    });
  });
}
