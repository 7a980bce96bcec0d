import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../../engine/deployment/manifests/manifest.ts';
import { manifestsOf } from '../../../engine/deployment/manifests/manifests.ts';
import type { Environment } from '../../../engine/deployment/read-document.ts';
import { helmFiles } from '../../../engine/deployment/writers/helm.ts';
import type { TextFiles } from '../../../engine/deployment/writers/kubernetes.ts';
import { kustomizeFiles } from '../../../engine/deployment/writers/kustomize.ts';
import {
  documentWithEnvironments,
  environmentsOf,
  sampleDocuments,
} from '../../kit/deployment/sample-documents.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

/** Charts and overlays are rendered by Helm and Kustomize themselves and compared with the manifests of the document. */
const helm = process.env.ASSAY_HELM ?? 'helm';
const kubectl = process.env.ASSAY_KUBECTL ?? 'kubectl';

function isThere(program: string, parameters: string[]): boolean {
  try {
    execFileSync(program, parameters, { stdio: 'ignore' });
    return true;
  } catch {
    console.log(`${program} is not there: what it renders is not checked here.`);
    return false;
  }
}

async function writeFiles(files: TextFiles): Promise<string> {
  const folder = tempFolder();
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

function rendered(program: string, parameters: string[]): Manifest[] {
  const text = execFileSync(program, parameters, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const value = document.toJS();
    return value === null ? [] : [value];
  });
}

/** In an order that does not depend on who wrote it. */
function comparable(manifests: readonly Manifest[]): unknown[] {
  const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
  return [...manifests].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const all = [...Object.entries(sampleDocuments), ['environments', documentWithEnvironments] as const];

describe.runIf(isThere(kubectl, ['version', '--client']))('Kustomize', () => {
  test.each(all)(
    'builds of the base and the overlays of "%s" the manifests of each environment',
    async (_, document) => {
      const environments = environmentsOf(document);
      const folder = await writeFiles(kustomizeFiles(environments));
      for (const { environment, subject } of environments) {
        const dir = environment === null ? 'base' : `overlays/${environment}`;
        const built = rendered(kubectl, ['kustomize', join(folder, dir)]);
        expect(comparable(built)).toEqual(comparable(manifestsOf(subject)));
      }
    },
  );
});

describe.runIf(isThere(helm, ['version', '--short']))('Helm', () => {
  /** What a chart says of itself, and what it leaves to whoever installs it. */
  const ofChart = (manifests: readonly Manifest[]): unknown[] =>
    comparable(manifests.filter(({ kind }) => kind !== 'Role' && kind !== 'RoleBinding')).map((one) =>
      JSON.parse(
        JSON.stringify(one, (key, value: unknown) => {
          if (key === 'helm.sh/chart') return undefined;
          return key === 'app.kubernetes.io/managed-by' ? 'assay' : value;
        }),
      ),
    );
  const parametersOf = ({ environment, subject }: Environment, folder: string): string[] => [
    ...['late-flights', folder, '--namespace', subject.deployment.namespace, '--kube-version', '1.33.0'],
    ...(environment === null ? [] : ['--values', join(folder, `values-${environment}.yaml`)]),
  ];

  test.each(all)('renders of the chart of "%s" the manifests of each environment', async (_, document) => {
    const environments = environmentsOf(document);
    const folder = await writeFiles(helmFiles(environments));
    execFileSync(helm, ['lint', '--strict', folder], { stdio: 'pipe' });
    for (const environment of environments) {
      const made = rendered(helm, ['template', ...parametersOf(environment, folder)]);
      expect(ofChart(made)).toEqual(ofChart(manifestsOf(environment.subject)));
    }
  });

  test('refuses values that the schema does not know', async () => {
    const folder = await writeFiles(helmFiles(environmentsOf({})));
    expect(() =>
      execFileSync(helm, ['template', 'x', folder, '--kube-version', '1.33.0', '--set', 'replica=2'], {
        stdio: 'pipe',
      }),
    ).toThrow(/replica/);
  });
});
