import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clusterClient } from '../../../../../engine/remotes/kubernetes/cluster-client.ts';
import { readKubeconfig } from '../../../../../engine/remotes/kubernetes/kubeconfig.ts';
import { farCluster, kubeconfigOf } from '../../../../kit/remotes/far-cluster.ts';
import { tempFolder } from '../../../../kit/temp-folder.ts';

const program = process.env.ASSAY_OPENSSL ?? 'openssl';

function hasOpenssl(): boolean {
  try {
    execFileSync(program, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('openssl is not there: certificates of clusters are not checked here.');
    return false;
  }
}

/** An authority, and certificates of it for the server and for somebody. */
async function certificates(dir: string) {
  const openssl = (...parameters: string[]) =>
    execFileSync(program, parameters, { cwd: dir, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=authority',
  );
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    await writeFile(join(dir, `${name}.ext`), 'subjectAltName=IP:127.0.0.1\n');
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.crt`,
      '-extfile',
      `${name}.ext`,
      ...signing,
    );
  }
  const read = (name: string) => readFile(join(dir, name));
  return {
    ca: await read('ca.crt'),
    server: { key: await read('server.key'), cert: await read('server.crt') },
  };
}

const versionBy = async (kubeconfig: string) =>
  clusterClient(await readKubeconfig(kubeconfig, ''), new AbortController().signal).version();

describe.runIf(hasOpenssl())('a cluster with certificates', () => {
  test('is trusted by its authority and lets in who has a certificate, from files or from data', async () => {
    const dir = tempFolder();
    const { ca, server } = await certificates(dir);
    const cluster = await farCluster({ ...server, ca });
    const kubeconfig = join(dir, 'config');
    const base64 = async (name: string) => (await readFile(join(dir, name))).toString('base64');

    // Names of files are meant from where the kubeconfig is.
    const files = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
    await writeFile(kubeconfig, kubeconfigOf(cluster, files, { 'certificate-authority': 'ca.crt' }));
    expect(await versionBy(kubeconfig)).toBe('v1.33.2');

    const data = {
      'client-certificate-data': await base64('client.crt'),
      'client-key-data': await base64('client.key'),
    };
    const trust = { 'certificate-authority-data': ca.toString('base64') };
    await writeFile(kubeconfig, kubeconfigOf(cluster, data, trust));
    expect(await versionBy(kubeconfig)).toBe('v1.33.2');

    await writeFile(kubeconfig, kubeconfigOf(cluster, {}, trust));
    await expect(versionBy(kubeconfig)).rejects.toMatchObject({ code: 'targets/unauthorized' });
    await writeFile(kubeconfig, kubeconfigOf(cluster, data));
    await expect(versionBy(kubeconfig)).rejects.toMatchObject({
      code: 'targets/refused',
      message: expect.stringContaining('signed by nobody this machine trusts'),
    });
    await writeFile(kubeconfig, kubeconfigOf(cluster, data, { 'insecure-skip-tls-verify': true }));
    expect(await versionBy(kubeconfig)).toBe('v1.33.2');
  });
});

test('what is wrong with a kubeconfig is named', async () => {
  const file = join(tempFolder(), 'config');
  const refused = (code: string, message: string) =>
    expect(readKubeconfig(file, '')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  await refused('targets/refused', 'cannot be read');
  await writeFile(file, 'a: [');
  await refused('targets/refused', 'is no YAML');
  await writeFile(file, 'kind: Pod');
  await refused('targets/refused', 'is no kubeconfig');
  const cluster = await farCluster();
  await writeFile(file, kubeconfigOf(cluster, { 'auth-provider': { name: 'gcp' } }));
  await refused('targets/unsupported', 'auth-provider');
});
