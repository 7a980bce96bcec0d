import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { AssayError, messageOf } from '../../errors.ts';

const run = promisify(execFile);

/** A cluster and what lets us in. */
export type ClusterAccess = {
  server: string;
  context: string;
  namespace: string | null;
  tls: {
    ca?: Buffer;
    cert?: Buffer;
    key?: Buffer;
    rejectUnauthorized: boolean;
    servername?: string;
  };
  authorization: string | null;
};

const Exec = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});
const Cluster = z.object({
  server: z.url({ protocol: /^https?$/ }),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
});
const User = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  exec: Exec.optional(),
  'auth-provider': z.unknown().optional(),
});
type User = z.infer<typeof User>;
const Kubeconfig = z.object({
  'current-context': z.string().optional(),
  clusters: z.array(z.object({ name: z.string(), cluster: Cluster })),
  users: z.array(z.object({ name: z.string(), user: User.nullish() })).default([]),
  contexts: z.array(
    z.object({
      name: z.string(),
      context: z.object({
        cluster: z.string(),
        user: z.string().optional(),
        namespace: z.string().optional(),
      }),
    }),
  ),
});

const ExecCredential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

/** A program that asks somebody something waits for nobody here. */
const execTimeoutMs = 30_000;

/**
 * The access that a kubeconfig gives to a context, as kubectl reads it: certificates, tokens, passwords, and programs that
 * give credentials. `path` empty: $KUBECONFIG, else ~/.kube/config. `context` empty: the current one.
 *
 * Errors: targets/refused for a file that cannot be read or names nothing, targets/unsupported for an old kind of
 * credentials, targets/unauthorized when a program gives none.
 */
export async function readKubeconfig(path: string, context: string): Promise<ClusterAccess> {
  const file = path === '' ? (process.env.KUBECONFIG ?? join(homedir(), '.kube', 'config')) : path;
  const config = await readConfig(file);
  const name = context === '' ? (config['current-context'] ?? '') : context;
  const chosen = config.contexts.find((one) => one.name === name)?.context;
  const known = config.contexts.map((one) => one.name).join(', ');
  if (chosen === undefined)
    throw new AssayError('targets/refused', `${file} has no context "${name}". It has: ${known || 'none'}.`);
  const cluster = config.clusters.find((one) => one.name === chosen.cluster)?.cluster;
  if (cluster === undefined)
    throw new AssayError('targets/refused', `${file} has no cluster "${chosen.cluster}".`);
  const user = config.users.find((one) => one.name === chosen.user)?.user ?? {};
  const bytes = async (data: string | undefined, named: string | undefined): Promise<Buffer | null> => {
    if (data !== undefined) return Buffer.from(data, 'base64');
    if (named === undefined) return null;
    return readNamed(isAbsolute(named) ? named : join(dirname(file), named));
  };
  const ca = await bytes(cluster['certificate-authority-data'], cluster['certificate-authority']);
  const own = {
    cert: await bytes(user['client-certificate-data'], user['client-certificate']),
    key: await bytes(user['client-key-data'], user['client-key']),
  };
  const { authorization, cert = own.cert, key = own.key } = await credentialsOf(user, file);
  const servername = cluster['tls-server-name'];
  return {
    server: cluster.server.replace(/\/+$/, ''),
    context: name,
    namespace: chosen.namespace ?? null,
    tls: {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(servername === undefined ? {} : { servername }),
      rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    },
    authorization,
  };
}

async function readConfig(file: string): Promise<z.infer<typeof Kubeconfig>> {
  const text = (await readNamed(file)).toString('utf8');
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (thrown) {
    throw new AssayError('targets/refused', `${file} is no YAML: ${messageOf(thrown).split('\n')[0]}`);
  }
  const parsed = Kubeconfig.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AssayError('targets/refused', `${file} is no kubeconfig.`, {
    problems: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (thrown) {
    throw new AssayError('targets/refused', `${file} cannot be read: ${messageOf(thrown)}`, {
      hint: 'Name the kubeconfig of the cluster, a full path on the machine of the engine.',
      cause: thrown,
    });
  }
}

type Credentials = { authorization: string | null; cert?: Buffer; key?: Buffer };

async function credentialsOf(user: User, file: string): Promise<Credentials> {
  if (user['auth-provider'] !== undefined)
    throw new AssayError(
      'targets/unsupported',
      `${file} signs in by an auth-provider, which kubectl itself has given up.`,
      { hint: 'Make the kubeconfig anew with the tool of your cluster: it will name a program ("exec").' },
    );
  if (user.token !== undefined) return { authorization: `Bearer ${user.token}` };
  if (user.tokenFile !== undefined) {
    const token = (await readNamed(user.tokenFile)).toString('utf8').trim();
    return { authorization: `Bearer ${token}` };
  }
  if (user.exec !== undefined) return execCredentials(user.exec, dirname(file));
  if (user.username === undefined) return { authorization: null };
  const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

/** Credentials of a program, as client.authentication.k8s.io describes them. */
async function execCredentials(exec: z.infer<typeof Exec>, folder: string): Promise<Credentials> {
  const info = { apiVersion: exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const own = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  // A command with a separator is meant from where the file is, any other from the PATH.
  const isPath = /[/\\]/.test(exec.command);
  const command = isPath && !isAbsolute(exec.command) ? join(folder, exec.command) : exec.command;
  try {
    const { stdout } = await run(command, exec.args ?? [], {
      env: { ...process.env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      timeout: execTimeoutMs,
    });
    const { status } = ExecCredential.parse(JSON.parse(stdout));
    return {
      authorization: status.token === undefined ? null : `Bearer ${status.token}`,
      ...(status.clientCertificateData === undefined
        ? {}
        : { cert: Buffer.from(status.clientCertificateData) }),
      ...(status.clientKeyData === undefined ? {} : { key: Buffer.from(status.clientKeyData) }),
    };
  } catch (thrown) {
    throw new AssayError(
      'targets/unauthorized',
      `${exec.command} gives no credentials: ${messageOf(thrown).split('\n')[0]}`,
      { hint: `Sign in with the tool of your cluster, and check that ${exec.command} can be run.` },
    );
  }
}
