import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { nameOf } from '../../deployment/index.ts';
import type { Bundle } from '../target.ts';
import type { ApplicationConfig, RayApplication, ServeDetails } from './ray-client.ts';
import type { RayConfig } from './ray-kind.ts';
import { type RayPackage, rayPackage } from './ray-package.ts';
import { deploymentName, importPath, serveScript, serveScriptFile } from './serve-script.ts';

export type Wanted = {
  name: string;
  route: string;
  package: RayPackage;
  config: ApplicationConfig;
};

/**
 * A version as an application of Ray Serve, and the package that it runs from: the files of the bundle and the script, named by
 * what they hold. Errors: targets/refused for what is too large for a dashboard.
 */
export async function wantedApplication(bundle: Bundle, config: RayConfig): Promise<Wanted> {
  const { model, version, digest: modelDigest } = bundle.version;
  const name = nameOf(model);
  const route = `/${name}`;
  const entries: [path: string, bytes: Uint8Array][] = [[serveScriptFile, Buffer.from(serveScript, 'utf8')]];
  for (const { path, bytes } of bundle.files) entries.push([path, await bytes()]);
  const sent = rayPackage(
    entries,
    `The package of ${model} ${version}`,
    'Push it to a bucket or a registry, and serve it from there.',
  );
  const pip = config.packages.length === 0 ? {} : { pip: config.packages };
  return {
    name,
    route,
    package: sent,
    config: {
      name,
      route_prefix: route,
      import_path: importPath,
      runtime_env: { working_dir: `gcs://${sent.name}`, ...pip },
      args: {
        model,
        version,
        modelDigest,
        bundle: bundle.digest,
        threads: Math.max(1, Math.floor(config.cpus)),
      },
      deployments: [
        {
          name: deploymentName,
          num_replicas: config.replicas,
          ray_actor_options: { num_cpus: config.cpus },
        },
      ],
    },
  };
}

const Ours = z.looseObject({
  import_path: z.literal(importPath),
  args: z.looseObject({ model: z.string(), version: z.string(), modelDigest: z.string() }),
});

/** What is there in the place of an application. */
export type Standing = {
  verdict: 'new' | 'update' | 'same' | 'conflict';
  detail: string;
};

export function standingOf(
  { applications }: ServeDetails,
  { name, route, config }: Pick<Wanted, 'name' | 'route' | 'config'>,
  { version }: Pick<Bundle, 'version'>,
): Standing {
  for (const [other, { route_prefix }] of Object.entries(applications))
    if (other !== name && route_prefix === route)
      return { verdict: 'conflict', detail: `the application "${other}" answers at ${route}` };
  const there = applications[name];
  if (there === undefined || there.status === 'DELETING')
    return { verdict: 'new', detail: 'is not there yet' };
  const ours = Ours.safeParse(there.deployed_app_config);
  if (!ours.success)
    return {
      verdict: 'conflict',
      detail: 'an application of this name is there that was not pushed by Assay',
    };
  const { args } = ours.data;
  if (args.model !== version.model)
    return { verdict: 'conflict', detail: `the model "${args.model}" has this name there` };
  if (args.version === version.version && args.modelDigest !== version.digest)
    return { verdict: 'conflict', detail: `another model is there as ${args.version}` };
  const changes = configChanges(there, config);
  if (changes.length > 0) {
    const texts = changes.map(({ field, there: old, wanted }) => `${field}: ${old} → ${wanted}`);
    return { verdict: 'update', detail: texts.join('; ') };
  }
  return there.status === 'RUNNING' || there.status === 'DEPLOYING'
    ? { verdict: 'same', detail: `is ${there.status}` }
    : { verdict: 'update', detail: `is ${there.status}: it is declared anew` };
}

/** A field that is not as wanted. */
type FieldChange = { field: string; there: string; wanted: string };

/**
 * Fields of a declared application that are not as wanted. Fields that only Serve has are its own affair; below them everything
 * counts.
 */
export function configChanges(
  there: RayApplication,
  wanted: Readonly<Record<string, unknown>>,
): FieldChange[] {
  const declared = there.deployed_app_config ?? {};
  return Object.entries(wanted).flatMap(([key, value]) => differences(declared[key], value, key));
}

function differences(there: unknown, wanted: unknown, field: string): FieldChange[] {
  if (isObject(wanted) && isObject(there)) {
    const keys = new Set([...Object.keys(there), ...Object.keys(wanted)]);
    return [...keys].flatMap((key) => differences(there[key], wanted[key], `${field}.${key}`));
  }
  if (Array.isArray(wanted) && Array.isArray(there) && wanted.length === there.length)
    return wanted.flatMap((value, index) => differences(there[index], value, `${field}[${index}]`));
  return isDeepStrictEqual(there, wanted) ? [] : [{ field, there: shown(there), wanted: shown(wanted) }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = value === undefined ? 'none' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
