import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asSourceFailure, HttpSettings, openObjects, withCredentials } from '../connections/index.ts';
import { AssayError } from '../errors.ts';
import type { RemoteContext } from '../http/index.ts';
import type { ObjectStore } from '../object-store/index.ts';
import type { DvcRemote } from './dvc-config.ts';
import { placeInto } from './place-file.ts';
import { type BucketPlace, placeOfRemote } from './remote-place.ts';

/** A connection with its secrets. */
export type ReadyStore = { kind: string; settings: Readonly<Record<string, unknown>> };

/** A remote of DVC: files below keys. */
export type OpenedRemote = {
  /** Names a file for people. */
  address(key: string): string;
  /** A file with the content: its own one, or a copy at `path`. Null when it is not there. */
  fetch(key: string, path: string): Promise<string | null>;
  has(key: string): Promise<boolean>;
  /** Null: files cannot be put there. */
  put: ((key: string, path: string, digest: string) => Promise<void>) | null;
};

/** Read in such pieces: each is tried again by itself, and memory stays flat. */
const PIECE_BYTES = 16 * 1024 ** 2;
/** Stores take an object that is in memory. */
const MOST_PUT_BYTES = 1024 ** 3;
const MOST_REDIRECTS = 5;
const redirects = [301, 302, 303, 307, 308];

/**
 * Opens a remote. Credentials are those of a connection; without one, those that the settings of DVC hold, which go no
 * further.
 * Errors: `sources/refused` for kinds that are not read here, `sources/unauthorized` where credentials are missing.
 */
export async function openRemote(
  remote: DvcRemote,
  store: ReadyStore | null,
  context: RemoteContext,
): Promise<OpenedRemote> {
  if (/^(true|yes|on|1)$/i.test(remote.settings.version_aware ?? remote.settings.worktree ?? ''))
    throw refused(
      remote,
      'keeps files under their own names (version_aware or worktree), which is not read here',
    );
  const place = placeOfRemote(remote);
  switch (place.kind) {
    case 'folder':
      return folderRemote(place.path);
    case 'http':
      return httpRemote(place.url, store?.settings ?? ownHttp(remote, place.url), context);
    case 'other':
      throw refused(remote, `is of a kind (${place.scheme}) that is not read here`);
    default: {
      const settings = store?.settings ?? (await ownSettings(remote, place));
      const opened = openObjects(place.kind, settings)?.(context);
      if (opened === undefined) throw refused(remote, 'cannot be opened');
      return bucketRemote(opened, place.prefix);
    }
  }
}

function refused({ name, url }: DvcRemote, why: string): AssayError {
  return new AssayError('sources/refused', `The DVC remote "${name}" (${url}) ${why}.`, {
    hint: 'Bring the data here with "dvc pull", then it is read from the cache.',
  });
}

/** Credentials as they stand in the settings of DVC. */
async function ownSettings(remote: DvcRemote, place: BucketPlace): Promise<Record<string, unknown>> {
  const { settings } = remote;
  const given = (fields: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
  switch (place.kind) {
    case 's3': {
      const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = settings;
      if (accessKeyId === undefined || secretAccessKey === undefined) throw noCredentials(remote, place);
      return given({
        bucket: place.bucket,
        endpoint: place.endpoint,
        region: settings.region,
        pathStyle: place.endpoint !== null,
        accessKeyId,
        secretAccessKey,
        sessionToken: settings.session_token,
      });
    }
    case 'gcs': {
      const { credentialpath } = settings;
      if (credentialpath === undefined && place.endpoint === null) throw noCredentials(remote, place);
      const serviceAccount =
        credentialpath === undefined ? undefined : await readFile(credentialpath, 'utf8');
      return given({ bucket: place.bucket, endpoint: place.endpoint, serviceAccount });
    }
    case 'azure-blob': {
      const { account_key: accountKey, sas_token: sas } = settings;
      if (place.account === null || (accountKey === undefined && sas === undefined))
        throw noCredentials(remote, place);
      return given({ account: place.account, container: place.bucket, accountKey, sas });
    }
  }
}

function noCredentials({ name, url }: DvcRemote, place: BucketPlace): AssayError {
  const field = place.kind === 'azure-blob' ? 'container' : 'bucket';
  const endpoint = 'endpoint' in place && place.endpoint !== null ? ` --set endpoint=${place.endpoint}` : '';
  return new AssayError(
    'sources/unauthorized',
    `There are no credentials for the DVC remote "${name}" (${url}).`,
    {
      hint: `Set up a connection for it: assay connections add ${place.kind} <name> --set ${field}=${place.bucket}${endpoint} …; it is found by its ${field}.`,
    },
  );
}

function folderRemote(root: string): OpenedRemote {
  const at = (key: string) => join(root, ...key.split('/'));
  const has = async (key: string) => (await stat(at(key)).catch(() => null))?.isFile() === true;
  return {
    address: at,
    has,
    fetch: async (key) => ((await has(key)) ? at(key) : null),
    put: (key, path) => placeInto(at(key), path, { mode: 0o444 }),
  };
}

function bucketRemote(store: ObjectStore, prefix: string): OpenedRemote {
  const at = (key: string) => (prefix === '' ? key : `${prefix}/${key}`);
  const asSource = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      throw asSourceFailure(thrown);
    }
  };
  return {
    address: (key) => store.address(at(key)),
    has: (key) => asSource(async () => (await store.head(at(key))) !== null),
    fetch: (key, path) =>
      asSource(async () => {
        const found = await store.head(at(key));
        if (found === null) return null;
        const part = `${path}.${randomUUID()}`;
        const file = await open(part, 'w');
        try {
          for (let start = 0; start < found.sizeBytes; start += PIECE_BYTES) {
            const piece = await store.range(at(key), start, Math.min(PIECE_BYTES, found.sizeBytes - start));
            if (piece === null) return null;
            await file.write(piece);
          }
        } finally {
          await file.close();
        }
        await rename(part, path);
        return path;
      }),
    async put(key, path, digest) {
      const { size } = await stat(path);
      if (size > MOST_PUT_BYTES)
        throw new AssayError(
          'targets/full',
          `${store.address(at(key))}: files of more than 1 GB are not sent from here.`,
          {
            hint: 'The file is in the cache: "dvc push" sends it.',
          },
        );
      await store.put(at(key), await readFile(path), { digest, over: null, begun: null, save() {} });
    },
  };
}

/** User and password as DVC has them for basic authentication. */
function ownHttp({ settings }: DvcRemote, url: string): Record<string, unknown> | null {
  const { user, password } = settings;
  return user === undefined
    ? null
    : { address: new URL(url).origin, user, ...(password === undefined ? {} : { password }) };
}

function httpRemote(
  base: string,
  given: Readonly<Record<string, unknown>> | null,
  { http }: RemoteContext,
): OpenedRemote {
  const settings = given === null ? null : HttpSettings.parse(given);
  const at = (key: string) => `${base}/${key}`;
  const fetchFrom = async (key: string, path: string): Promise<string | null> => {
    let address = new URL(at(key));
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const { url, headers } = withCredentials(settings, address);
      const head = await http.request({ method: 'HEAD', url, headers, expect: [404, ...redirects] });
      if (head.status === 404) return null;
      const part = `${path}.${randomUUID()}`;
      const { location } = await http.download({ method: 'GET', url, headers, expect: redirects }, part);
      if (location === null) {
        await rename(part, path);
        return path;
      }
      await rm(part, { force: true });
      address = new URL(location, address);
    }
    throw new AssayError(
      'sources/refused',
      `${address.host} sends from one address to the next without end.`,
    );
  };
  return {
    address: at,
    async fetch(key, path) {
      try {
        return await fetchFrom(key, path);
      } catch (thrown) {
        throw asSourceFailure(thrown);
      }
    },
    async has(key) {
      const { url, headers } = withCredentials(settings, new URL(at(key)));
      return (await http.request({ method: 'HEAD', url, headers, expect: [404] })).status !== 404;
    },
    put: null,
  };
}
