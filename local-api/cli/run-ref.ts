import type { Client } from '../client/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/** The full id of a run from its first digits. More than one match is an error that lists them. */
export async function findRun(client: Client, ref: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(ref)) return ref;
  if (!/^[0-9a-f]{4,31}$/.test(ref))
    throw new CommandFailure(
      'runs/not-found',
      `"${ref}" is not a run id.`,
      'Give at least 4 of its 32 hexadecimal digits; assay runs lists them.',
      exitCodes.usage,
    );
  const page = await client.runs.list({ query: { filter: `id like '${ref}%'`, fields: 'name', limit: 5 } });
  const [first, second] = page.items;
  if (!first)
    throw new CommandFailure(
      'runs/not-found',
      `No run starts with ${ref}.`,
      'assay runs lists them.',
      exitCodes.notFound,
    );
  if (second)
    throw new CommandFailure(
      'runs/not-found',
      `Several runs start with ${ref}: ${page.items.map((run) => run.id.slice(0, 12)).join(', ')}.`,
      'Give more digits.',
      exitCodes.usage,
    );
  return first.id;
}
