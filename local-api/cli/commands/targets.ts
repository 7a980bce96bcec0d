import { Command } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { PushTarget } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTime } from '../output.ts';
import { secretOf, settingsOf, showCheck, showKind } from '../settings-options.ts';

/** Where secrets of `add` are read from: `ASSAY_TARGET_PASSWORD` for the field `password`. */
const secretPrefix = 'ASSAY_TARGET_';

export function targetsCommand(): Command {
  const command = new Command('targets').description(
    'places that models are pushed to: list, add, check, remove',
  );
  command
    .command('list', { isDefault: true })
    .description('targets and what waits for them')
    .action(listTargets);
  command
    .command('kinds')
    .description('kinds of targets with their settings')
    .action((_options: object, own: Command) => listKinds(own));
  command
    .command('add')
    .description('set up a target and check the connection')
    .argument('<kind>', 'mlflow, folder, … (assay targets kinds lists them)')
    .argument('<name>', 'what it is called here')
    .option('-s, --set <field=value...>', 'a setting: url=https://mlflow.example.com')
    .option(
      '--secret <field...>',
      `a secret, read from the environment: password is read from ${secretPrefix}PASSWORD`,
    )
    .action(addTarget);
  command
    .command('check')
    .description('check the connection: what is wrong and what to do about it')
    .argument('<target>', 'name of the target')
    .action(checkTarget);
  command
    .command('rm')
    .description('remove a target; what was pushed stays there')
    .argument('<target>', 'name of the target')
    .action(async (target: string, _options: object, own: Command) => {
      const { output, withClient } = contextOf(own);
      await withClient(async (client) => {
        await client.targets.delete({ params: { target } });
        output.result({ removed: target }, () => output.line(`${pc.green('✓')} removed ${target}`));
      });
    });
  return command;
}

async function listTargets(_options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const found = await client.targets.list();
    output.result(found, () =>
      output.table(
        found.items,
        [
          { title: 'target', value: (target) => target.name },
          { title: 'kind', value: (target) => target.kind },
          { title: 'where', value: (target) => target.address },
          { title: 'connection', value: connectionOf },
          { title: 'pushed', value: (target) => String(target.pushes), align: 'right' },
          { title: 'waiting', value: (target) => String(target.waiting), align: 'right' },
        ],
        'No targets yet. Add one: assay targets add mlflow team --set url=http://localhost:5000',
      ),
    );
  });
}

function connectionOf({ lastCheck }: PushTarget): string {
  if (lastCheck === null) return pc.dim('not checked');
  return `${lastCheck.ok ? pc.green('works') : pc.red('fails')} ${pc.dim(formatTime(lastCheck.atMs))}`;
}

async function listKinds(own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const kinds = await client.targets.kinds();
    output.result(kinds, () => {
      for (const kind of kinds.items) showKind(output, kind);
    });
  });
}

async function addTarget(
  kind: string,
  name: string,
  options: { set?: string[]; secret?: string[] },
  own: Command,
): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const found = (await client.targets.kinds()).items.find((known) => known.kind === kind);
    const config = settingsOf(options.set ?? [], found?.configSchema ?? {});
    const secrets = Object.fromEntries(
      (options.secret ?? []).map((field) => [field, secretOf(field, secretPrefix)]),
    );
    const target = await client.targets.create({ body: { name, kind, config, secrets } });
    const check = await client.targets.check({ params: { target: target.id } });
    output.result({ target, check }, () => {
      output.line(`${pc.green('✓')} ${target.name}: ${target.address}`);
      showCheck(output, check);
    });
  });
}

async function checkTarget(target: string, _options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client: Client) => {
    const check = await client.targets.check({ params: { target } });
    output.result(check, () => showCheck(output, check));
    if (!check.ok) process.exitCode = exitCodes.jobFailed;
  });
}
