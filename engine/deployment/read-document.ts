import {
  Deployment,
  type DeploymentDocument,
  type ModelVersion,
  type Problem,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Subject } from './manifests/manifest.ts';

/** A version as one environment of a document has it run; `environment` null: as the document says itself. */
export type Environment = { environment: string | null; subject: Subject };

type Version = Pick<ModelVersion, 'model' | 'version'> & { digest: string };

/**
 * The document itself, then each of its environments by name. All faults are told at once.
 * Errors: deployments/bad-document.
 */
export function readDocument(document: DeploymentDocument, version: Version): Environment[] {
  const { environments = {}, ...base } = document;
  const problems: Problem[] = [];
  const read = (raw: unknown, environment: string | null): Environment[] => {
    const parsed = Deployment.safeParse(raw);
    if (parsed.success) return [{ environment, subject: subjectOf(version, parsed.data) }];
    const within = environment === null ? '' : `/environments/${environment}`;
    for (const { path, message, code, ...issue } of parsed.error.issues) {
      const at = path.map((part) => `/${String(part)}`).join('');
      const unknown = code === 'unrecognized_keys' && 'keys' in issue ? issue.keys : null;
      const told = { path: `${within}${at}`, message: unknown === null ? message : unknownFields(unknown) };
      // A fault of the document is one of each environment too.
      const isTold = problems.some((known) => known.path === at && known.message === told.message);
      if (!isTold) problems.push(told);
    }
    return [];
  };
  const all = [
    ...read(base, null),
    ...Object.entries(environments)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([environment, difference]) => read(merged(base, difference), environment)),
  ];
  if (problems.length === 0) return all;
  const told = problems.map(({ path, message }) => `${path === '' ? 'The document' : path}: ${message}`);
  throw new AssayError('deployments/bad-document', `${told.join('; ')}.`, { problems });
}

/** Errors: also deployments/no-such-environment. */
export function environmentOf(environments: readonly Environment[], wanted: string | null): Environment {
  const found = environments.find(({ environment }) => environment === wanted);
  if (found !== undefined) return found;
  const known = environments.flatMap(({ environment }) => (environment === null ? [] : [environment]));
  const there = known.length === 0 ? 'It has none.' : `It has ${known.join(', ')}.`;
  throw new AssayError(
    'deployments/no-such-environment',
    `The deployment document has no environment "${wanted}". ${there}`,
  );
}

function unknownFields(keys: unknown): string {
  const names = Array.isArray(keys) ? keys.map((key) => `"${String(key)}"`).join(', ') : '';
  return `has fields that are not known: ${names}`;
}

function subjectOf({ model, version, digest }: Version, deployment: Deployment): Subject {
  return { model, version, digest, name: deployment.name ?? nameOf(model), deployment };
}

const longestName = 52;

/** A name that every kind of object takes: "Late flights" becomes late-flights. */
export function nameOf(model: string): string {
  const plain = model
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const named = /^[a-z]/.test(plain) ? plain : `model${plain === '' ? '' : `-${plain}`}`;
  return named.slice(0, longestName).replace(/-+$/, '');
}

/** Objects are merged; everything else replaces, null too: it says "none" where a field would else have a default. */
export function merged(base: unknown, difference: unknown): unknown {
  if (!isObject(base) || !isObject(difference)) return difference;
  const fields = Object.entries(difference).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? merged(base[key], value) : value,
  ]);
  return { ...base, ...Object.fromEntries(fields) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
