import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

type Kubernetes = { kinds: Record<string, string>; definitions: Record<string, object> };

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./schemas/${name}.json`, import.meta.url), 'utf8'));

const kubernetes = read('kubernetes-1.33') as Kubernetes;
const custom = read('custom-resources') as Record<string, object>;
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: 'kubernetes', definitions: kubernetes.definitions });
const { $schema: _, ...composeSchema } = read('compose') as Record<string, unknown>;
const compose = ajv.compile(composeSchema);
const compiled = new Map<string, ValidateFunction>();

/** What the published schema of its kind says against an object; a kind without a schema is a fault too. */
export function manifestFaults(manifest: { apiVersion: string; kind: string }): string[] {
  const { apiVersion, kind } = manifest;
  const definition = kubernetes.kinds[kind];
  const name = `${kind.toLowerCase()}_${apiVersion.split('/').at(-1)}`;
  const schema =
    definition === undefined
      ? custom[name]
      : { $ref: `kubernetes#/definitions/${definition.replaceAll('/', '~1')}` };
  if (schema === undefined) return [`there is no schema of ${apiVersion} ${kind}`];
  const check = compiled.get(name) ?? ajv.compile(schema);
  compiled.set(name, check);
  return faultsOf(check, manifest);
}

export function composeFaults(file: unknown): string[] {
  return faultsOf(compose, file);
}

function faultsOf(check: ValidateFunction, value: unknown): string[] {
  if (check(value)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
