import type { Deployment } from '../../../local-api/contract/index.ts';

export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };
/** As builders write it: what is undefined is left out. */
export type Draft = string | number | boolean | null | undefined | Draft[] | { [key: string]: Draft };

/** An object of a cluster. */
export type Manifest = JsonObject & {
  apiVersion: string;
  kind: string;
  metadata: JsonObject & { name: string };
};

/** What manifests are built for: a version, and how it runs. */
export type Subject = {
  model: string;
  version: string;
  /** Of the ONNX file. */
  digest: string;
  /** Of the objects. */
  name: string;
  deployment: Deployment;
};

/** What the name of a second Deployment ends in. */
export const canarySuffix = '-canary';
export const serverPort = 8080;
export const portName = 'http';

/** Labels that tell one set of pods from another; selectors never change, so nothing that varies is in them. */
export function selectorOf(name: string, track: 'stable' | 'canary' = 'stable'): Record<string, string> {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': track === 'canary' ? `${name}${canarySuffix}` : name,
  };
}

/** Labels of every object. `version` is that of the model that it serves. */
export function labelsOf(subject: Subject, version = subject.version): Record<string, string> {
  return {
    ...subject.deployment.labels,
    'app.kubernetes.io/name': subject.name,
    'app.kubernetes.io/version': version,
    'app.kubernetes.io/component': 'model-server',
    'app.kubernetes.io/managed-by': 'assay',
  };
}

/** Names what is served where a label would be too short. */
export function annotationsOf({ model, version, digest }: Subject): Record<string, string> {
  return { 'assay/model': model, 'assay/version': version, 'assay/digest': digest };
}

/** An object with the metadata that all have. */
export function manifest(
  subject: Subject,
  head: { apiVersion: string; kind: string; name?: string; labels?: Draft; annotations?: Draft },
  body: { [key: string]: Draft },
): Manifest {
  const { deployment, name } = subject;
  const own = head.annotations !== null && typeof head.annotations === 'object' ? head.annotations : {};
  const added = head.labels !== null && typeof head.labels === 'object' ? head.labels : {};
  const annotations = { ...deployment.annotations, ...own };
  const metadata = {
    name: head.name ?? name,
    namespace: deployment.namespace,
    labels: { ...labelsOf(subject), ...added },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
  const { apiVersion, kind } = head;
  const settled = settle({ ...body });
  return {
    apiVersion,
    kind,
    metadata: { ...settle(metadata), name: metadata.name },
    ...settled,
  };
}

/** Leaves out what is undefined, at every depth. */
export function settle(draft: { readonly [key: string]: Draft }): JsonObject {
  return Object.fromEntries(
    Object.entries(draft).flatMap(([key, value]): [string, Json][] =>
      value === undefined ? [] : [[key, settled(value)]],
    ),
  );
}

function settled(value: Exclude<Draft, undefined>): Json {
  if (Array.isArray(value)) return value.filter((one) => one !== undefined).map(settled);
  if (typeof value === 'object' && value !== null) return settle({ ...value });
  return value;
}
