import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import pc from 'picocolors';
import type { BundleKey } from '../../contract/index.ts';
import { type Context, contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatTime } from '../output.ts';

export function keysCommand(): Command {
  const command = new Command('keys').description('keys that bundles are signed and verified with');
  command
    .command('list')
    .description('the keys of this workspace, and those it trusts')
    .action(async (_options: unknown, own: Command) => {
      const context = contextOf(own);
      const keys = await keysOf(context);
      context.output.result({ items: keys }, () =>
        context.output.table(
          keys,
          [
            { title: 'key', value: (key) => key.keyId.slice(0, 16) },
            { title: 'name', value: (key) => key.name },
            { title: 'use', value: useOf },
            { title: 'since', value: (key) => formatTime(key.addedAtMs) },
          ],
          'No keys yet: the first bundle makes one.',
        ),
      );
    });
  command
    .command('trust')
    .description('trust the bundles that are signed with a key')
    .argument('<name>', 'whose key it is')
    .argument('<file>', 'the public key (PEM)')
    .action(async (name: string, file: string, _options: unknown, own: Command) => {
      const { output, withClient } = contextOf(own);
      const publicKey = await readFile(file, 'utf8');
      const key = await withClient((client) => client.keys.trust({ body: { name, publicKey } }));
      output.result(key, () => output.line(`${pc.green('✓')} ${key.keyId} is trusted as ${key.name}.`));
    });
  command
    .command('distrust')
    .description('end the trust in a key')
    .argument('<key>', 'its id, or the beginning of it')
    .action(async (ref: string, _options: unknown, own: Command) => {
      const context = contextOf(own);
      const { keyId, name } = await findKey(context, ref);
      await context.withClient((client) => client.keys.distrust({ params: { keyId } }));
      context.output.result({ keyId }, () => context.output.line(`${name} is not trusted any more.`));
    });
  command
    .command('export')
    .description('the public key as PEM, for others to verify with')
    .argument('[key]', 'its id, or the beginning of it (default: the one this workspace signs with)')
    .option('-o, --output <file>', 'write it to a file')
    .action(async (ref: string | undefined, options: { output?: string }, own: Command) => {
      const context = contextOf(own);
      const key = await findKey(context, ref);
      if (options.output !== undefined) await writeFile(options.output, key.publicKey);
      context.output.result(key, () =>
        context.output.line(
          options.output === undefined
            ? key.publicKey.trimEnd()
            : `${pc.green('✓')} ${options.output}: ${key.keyId}`,
        ),
      );
    });
  command
    .command('rotate')
    .description('sign with a new key from now on; what the old one signed stays trusted')
    .action(async (_options: unknown, own: Command) => {
      const { output, withClient } = contextOf(own);
      const key = await withClient((client) => client.keys.rotate());
      output.result(key, () => output.line(`${pc.green('✓')} Signing with ${key.keyId} from now on.`));
    });
  return command;
}

function useOf({ origin, retiredAtMs }: BundleKey): string {
  if (origin === 'trusted') return 'trusted';
  return retiredAtMs === null ? pc.green('signs') : pc.dim(`replaced ${formatTime(retiredAtMs)}`);
}

async function keysOf({ withClient }: Context): Promise<BundleKey[]> {
  return (await withClient((client) => client.keys.list())).items;
}

/** By id or its beginning; the one that signs when none is named. */
async function findKey(context: Context, ref: string | undefined): Promise<BundleKey> {
  const keys = await keysOf(context);
  const found = keys.filter((key) =>
    ref === undefined ? key.origin === 'own' && key.retiredAtMs === null : key.keyId.startsWith(ref),
  );
  const [key] = found;
  if (key !== undefined && found.length === 1) return key;
  throw new CommandFailure(
    'keys/not-found',
    ref === undefined
      ? 'This workspace has not signed anything yet.'
      : `${found.length === 0 ? 'No key begins' : 'Several keys begin'} with "${ref}".`,
    ref === undefined ? 'assay keys rotate makes a key.' : 'assay keys list shows them.',
    exitCodes.notFound,
  );
}
