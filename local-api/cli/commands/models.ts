import { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { formatBytes, formatNumber, formatTime } from '../output.ts';
import { compareVersionsCommand } from './compare-versions.ts';
import { importModelCommand } from './import-model.ts';
import { showReleaseHistory } from './releases.ts';

type Options = { card?: string; alias?: string; history?: boolean; filter?: string };

export function modelsCommand(): Command {
  const command = new Command('models')
    .description(
      'list registered models, show the versions or releases of one, move an alias, or import a model',
    )
    .argument('[model]', 'a model')
    .option('--card <version>', 'print the model card of a version (1.0.0 or @champion)')
    .option('--alias <alias=version>', 'point an alias at a version: champion=1.1.0')
    .option('-f, --filter <filter>', "only these: metrics.auc > 0.8 and tags.team = 'growth'")
    .option('--history', 'every promotion, rollback, approval and deprecation')
    .action(async (model: string | undefined, options: Options, own: Command) => {
      if (!model) await listModels(own, options.filter);
      else if (options.card) await showCard(own, model, options.card);
      else if (options.history) await showReleaseHistory(own, model);
      else if (options.alias) await moveAlias(own, model, options.alias);
      else await listVersions(own, model, options.filter);
    });
  command.addCommand(compareVersionsCommand());
  command.addCommand(importModelCommand());
  return command;
}

async function listModels(command: Command, filter: string | undefined): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const page = await client.models.list({ query: { limit: 200, filter } });
    output.result(page, () =>
      output.table(
        page.items,
        [
          { title: 'model', value: (m) => m.name },
          { title: 'latest', value: (m) => m.latest?.version ?? '' },
          {
            title: 'aliases',
            value: (m) =>
              Object.entries(m.aliases)
                .map(([alias, version]) => `${pc.cyan(`@${alias}`)}=${version}`)
                .join(' '),
          },
          { title: 'trainer', value: (m) => m.latest?.trainer ?? '' },
          { title: 'updated', value: (m) => formatTime(m.updatedAtMs) },
        ],
        filter === undefined
          ? 'No models yet. Register the model of a run (assay register <run> <model>) or import one (assay models import <file>)'
          : 'No model matches.',
      ),
    );
  });
}

async function listVersions(command: Command, model: string, filter: string | undefined): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const page = await client.models.versions({ params: { model }, query: { limit: 200, filter } });
    output.result(page, () => {
      const keys = [...new Set(page.items.flatMap((v) => Object.keys(v.metrics)))].slice(0, 4);
      output.table(
        page.items,
        [
          { title: 'version', value: (v) => v.version },
          { title: 'aliases', value: (v) => v.aliases.map((alias) => pc.cyan(`@${alias}`)).join(' ') },
          { title: 'trainer', value: (v) => v.trainer },
          ...keys.map((key) => ({
            title: key,
            value: (v: (typeof page.items)[number]) => formatNumber(v.metrics[key]),
            align: 'right' as const,
          })),
          {
            title: 'size',
            value: (v) => (v.sizeBytes === null ? '' : formatBytes(v.sizeBytes)),
            align: 'right',
          },
          { title: 'digest', value: (v) => v.digest?.slice(0, 19) ?? v.source },
          { title: 'run', value: (v) => v.runId?.slice(0, 8) ?? '' },
          { title: 'registered', value: (v) => formatTime(v.createdAtMs) },
        ],
        filter === undefined ? 'No versions.' : 'No version matches.',
      );
    });
  });
}

async function showCard(command: Command, model: string, version: string): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const found = await client.models.version({ params: { model, version } });
    output.result({ model, version: found.version, card: found.card }, () => output.line(found.card));
  });
}

async function moveAlias(command: Command, model: string, assignment: string): Promise<void> {
  const { output, withClient } = contextOf(command);
  const [alias = '', version = ''] = assignment.split('=');
  await withClient(async (client) => {
    const changed = await client.models.setAlias({ params: { model, alias }, body: { version } });
    output.result(changed, () => output.line(`${pc.green('✓')} ${model} @${alias} is now ${version}`));
  });
}
