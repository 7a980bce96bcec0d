import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { DeploymentDocument } from '../../../local-api/contract/index.ts';
import { environmentOf, manifestsOf, nameOf, readDocument, type Subject } from '../../deployment/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { Bundle } from '../target.ts';
import type { ClusterObject } from './cluster-client.ts';
import type { KubernetesConfig } from './kubernetes-kind.ts';

/** What was applied, kept on each object: what a later version takes back to, and by which a change there is seen. */
export const appliedKey = 'assay/applied';

export type Wanted = {
  name: string;
  namespace: string;
  /** Callers need a token. */
  isGuarded: boolean;
  objects: ClusterObject[];
};

/**
 * The objects of a version as the settings of the target say.
 * Errors: targets/refused for a document that cannot be read, deployments/bad-document, deployments/no-such-environment.
 */
export async function wantedObjects(
  { version }: Pick<Bundle, 'version'>,
  config: KubernetesConfig,
): Promise<Wanted> {
  const subject = await subjectOf(version, config);
  const { namespace, token } = subject.deployment;
  return {
    name: subject.name,
    namespace,
    isGuarded: token !== null,
    objects: manifestsOf(subject).map(withApplied),
  };
}

async function subjectOf(
  version: Pick<Bundle['version'], 'model' | 'version' | 'digest'>,
  config: KubernetesConfig,
): Promise<Subject> {
  const document = config.document === '' ? {} : await documentAt(config.document);
  const environments = readDocument(document, version);
  const { subject } = environmentOf(environments, config.environment === '' ? null : config.environment);
  const { deployment } = subject;
  const image =
    config.image === ''
      ? deployment.image
      : { ...deployment.image, repository: config.image.replaceAll('{model}', nameOf(version.model)) };
  const namespace = config.namespace === '' ? deployment.namespace : config.namespace;
  return { ...subject, deployment: { ...deployment, image, namespace } };
}

/**
 * Where objects go, whatever version they are of, and whether KServe has to fetch files from an OCI registry for them. Errors: as
 * `wantedObjects`.
 */
export async function needsOf(
  config: KubernetesConfig,
): Promise<{ namespace: string; needsModelcars: boolean }> {
  const version = { model: 'model', version: '0.0.0', digest: `sha256:${'0'.repeat(64)}` };
  const { namespace, runtime, storage } = (await subjectOf(version, config)).deployment;
  return { namespace, needsModelcars: runtime === 'kserve' && storage?.uri.startsWith('oci://') === true };
}

function withApplied(object: ReturnType<typeof manifestsOf>[number]): ClusterObject {
  const { annotations } = object.metadata;
  const others = typeof annotations === 'object' && annotations !== null ? annotations : {};
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...others, [appliedKey]: JSON.stringify(object) } },
  };
}

/** What was applied to an object before, with its annotation; null when it was not us. */
export function appliedBefore(object: ClusterObject): ClusterObject | null {
  const text = appliedText(object);
  if (text === null) return null;
  const applied: ReturnType<typeof manifestsOf>[number] = JSON.parse(text);
  return withApplied(applied);
}

export function appliedText({ metadata }: Pick<ClusterObject, 'metadata'>): string | null {
  const { annotations } = metadata;
  if (typeof annotations !== 'object' || annotations === null) return null;
  const text: unknown = Reflect.get(annotations, appliedKey);
  return typeof text === 'string' ? text : null;
}

async function documentAt(file: string): Promise<DeploymentDocument> {
  try {
    return DeploymentDocument.parse(parse(await readFile(file, 'utf8')) ?? {});
  } catch (thrown) {
    throw new AssayError(
      'targets/refused',
      `The deployment document "${file}" cannot be read: ${messageOf(thrown).split('\n')[0]}`,
    );
  }
}
