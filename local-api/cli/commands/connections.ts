import { Command } from 'commander';
import pc from 'picocolors';
import type { Connection } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTime } from '../output.ts';
import { secretOf, settingsOf, showCheck, showKind } from '../settings-options.ts';

/** Where secrets are read from: `ASSAY_CONNECTION_PASSWORD` for the field `password`. */
const secretPrefix = 'ASSAY_CONNECTION_';

type SettingOptions = { set?: string[]; secret?: string[]; name?: string };

export function connectionsCommand(): Command {
  const command = new Command('connections').description(
    'databases, services and buckets that rows come from: list, add, update, check, remove',
  );
  const withSettings = (made: Command): Command =>
    made
      .option('-s, --set <field=value...>', 'a setting: host=db.example.com')
      .option(
        '--secret <field...>',
        `a secret, read from the environment: password is read from ${secretPrefix}PASSWORD`,
      );
  command.command('list', { isDefault: true }).description('connections').action(listConnections);
  command.command('kinds').description('kinds of connections with their settings').action(listKinds);
  withSettings(
    command
      .command('add')
      .description('set up a connection and check it')
      .argument('<kind>', 'postgres, mysql, http, s3, gcs, azure-blob (assay connections kinds lists them)')
      .argument('<name>', 'what it is called here'),
  ).action(addConnection);
  withSettings(
    command
      .command('update')
      .description('change settings of a connection and check it')
      .argument('<connection>', 'name of the connection')
      .option('--name <name>', 'rename it'),
  ).action(updateConnection);
  command
    .command('check')
    .description('check a connection: what is wrong and what to do about it')
    .argument('<connection>', 'name of the connection')
    .action(checkConnection);
  command
    .command('tables')
    .description('tables of a database, or what lies below a prefix of a bucket')
    .argument('<connection>', 'name of the connection')
    .argument('[prefix]', 'only names that begin so', '')
    .action(listTables);
  command
    .command('rm')
    .description('remove a connection with its secrets; what was imported stays')
    .argument('<connection>', 'name of the connection')
    .action(async (connection: string, _options: object, own: Command) => {
      const { output, withClient } = contextOf(own);
      await withClient(async (client) => {
        await client.connections.delete({ params: { connection } });
        output.result({ removed: connection }, () => output.line(`${pc.green('✓')} removed ${connection}`));
      });
    });
  return command;
}

async function listConnections(_options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const found = await client.connections.list();
    output.result(found, () =>
      output.table(
        found.items,
        [
          { title: 'connection', value: (connection) => connection.name },
          { title: 'kind', value: (connection) => connection.kind },
          { title: 'where', value: (connection) => connection.address },
          { title: 'check', value: stateOf },
        ],
        'No connections yet. Add one: assay connections add postgres warehouse --set host=db.example.com …',
      ),
    );
  });
}

function stateOf({ lastCheck }: Connection): string {
  if (lastCheck === null) return pc.dim('not checked');
  return `${lastCheck.ok ? pc.green('works') : pc.red('fails')} ${pc.dim(formatTime(lastCheck.atMs))}`;
}

async function listKinds(_options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const kinds = await client.connections.kinds();
    output.result(kinds, () => {
      for (const kind of kinds.items) showKind(output, kind);
    });
  });
}

function secretsOf({ secret = [] }: SettingOptions): Record<string, string> {
  return Object.fromEntries(secret.map((field) => [field, secretOf(field, secretPrefix)]));
}

async function addConnection(
  kind: string,
  name: string,
  options: SettingOptions,
  own: Command,
): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const found = (await client.connections.kinds()).items.find((known) => known.kind === kind);
    const config = settingsOf(options.set ?? [], found?.configSchema ?? {});
    const body = { name, kind, config, secrets: secretsOf(options) };
    const connection = await client.connections.create({ body });
    const check = await client.connections.check({ params: { connection: connection.id } });
    output.result({ connection, check }, () => {
      output.line(`${pc.green('✓')} ${connection.name}: ${connection.address}`);
      showCheck(output, check);
    });
  });
}

async function updateConnection(name: string, options: SettingOptions, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const now = await client.connections.get({ params: { connection: name } });
    const kind = (await client.connections.kinds()).items.find((known) => known.kind === now.kind);
    const changed = settingsOf(options.set ?? [], kind?.configSchema ?? {});
    const connection = await client.connections.update({
      params: { connection: now.id },
      body: {
        ...(options.name === undefined ? {} : { name: options.name }),
        config: { ...now.config, ...changed },
        secrets: secretsOf(options),
      },
    });
    const check = await client.connections.check({ params: { connection: connection.id } });
    output.result({ connection, check }, () => {
      output.line(`${pc.green('✓')} ${connection.name}: ${connection.address}`);
      showCheck(output, check);
    });
  });
}

async function checkConnection(connection: string, _options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const check = await client.connections.check({ params: { connection } });
    output.result(check, () => showCheck(output, check));
    if (!check.ok) process.exitCode = exitCodes.jobFailed;
  });
}

async function listTables(connection: string, prefix: string, _options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const found = await client.connections.tables({ params: { connection }, query: { prefix } });
    output.result(found, () => {
      output.table(
        found.items,
        [
          { title: 'name', value: ({ name }) => name },
          { title: 'kind', value: ({ kind }) => kind },
        ],
        'nothing there',
      );
      if (found.truncated) output.line(pc.dim('… and more: give the beginning of the name'));
    });
  });
}
