import type { ConnectionsService, ReadyConnection } from '../connections/index.ts';
import { AssayError } from '../errors.ts';
import type { DvcConfig } from './dvc-config.ts';
import { fittingConnection, placeOfRemote } from './remote-place.ts';

/**
 * For each remote of a repository the connection that leads there, with its secrets; the one that is named before others.
 *
 * @param at where the name stands in what was sent
 * Errors: `connections/not-found`; `request/invalid` for a connection that leads to none of the remotes.
 */
export async function readyStores(
  { remotes }: DvcConfig,
  connections: Pick<ConnectionsService, 'ready' | 'list'>,
  named: string | undefined,
  at: string,
): Promise<Record<string, ReadyConnection>> {
  const known = remotes.length === 0 && named === undefined ? [] : await connections.list();
  const own = known.filter(({ name }) => name === named);
  if (named !== undefined && own.length === 0)
    throw new AssayError('connections/not-found', `There is no connection "${named}".`);
  const stores: Record<string, ReadyConnection> = {};
  for (const remote of remotes) {
    const place = placeOfRemote(remote);
    const fitting = fittingConnection(place, own) ?? fittingConnection(place, known);
    const ready = fitting === null ? null : await connections.ready(fitting.name);
    if (ready !== null) stores[remote.name] = ready;
  }
  if (named === undefined || Object.values(stores).some(({ name }) => name === named)) return stores;
  const message = `The connection "${named}" leads to no remote of the repository`;
  const expected = remotes.map(({ name, url }) => `${name}: ${url}`).join(', ') || 'a remote of DVC';
  throw new AssayError('request/invalid', message, { problems: [{ path: at, message, expected }] });
}
