import { posix } from 'node:path';
import { AssayError } from '../../../engine/errors.ts';
import type { ModelRegistry } from '../../../engine/models/index.ts';
import type { TrackingService } from '../../../engine/tracking/index.ts';
import { invalidParameter } from './errors.ts';

/** Where the files of a new version are, and what is known of where they come from. */
export type Origin = { storageLocation: string | null; runId: string | null };

type Sources = {
  models: Pick<ModelRegistry, 'get' | 'getVersion' | 'storageLocation' | 'details'>;
  tracking: Pick<TrackingService, 'loggedModel'>;
};

const maxUnquotings = 10;

function invalidSource(source: string, why: string): never {
  throw invalidParameter(`Invalid model version source: '${source.slice(0, 500)}'. ${why}`);
}

/** A place on somebody's disk: no scheme, `file:`, or a drive letter. */
function isLocal(source: string): boolean {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):/i.exec(source) ?? [];
  return scheme === undefined || scheme.length === 1 || scheme.toLowerCase() === 'file';
}

/** The source with its percent signs resolved, however often they were put on top of each other. */
function unquoted(source: string): string {
  let text = source;
  for (let i = 0; i < maxUnquotings; i += 1) {
    try {
      const next = decodeURIComponent(text);
      if (next === text) return text;
      text = next;
    } catch {
      return text;
    }
  }
  return text;
}

/** Nothing that climbs out of where it says it is. Throws INVALID_PARAMETER_VALUE. */
function checkPath(source: string): void {
  const text = unquoted(source);
  const path = text.replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?/i, '').replace(/[?#].*$/s, '');
  const plain = `/${path.replace(/\\/g, '/')}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  if (text.includes('\0') || posix.normalize(plain) !== plain) {
    invalidSource(source, 'If supplied, the path must not lead out of its place ("..").');
  }
}

/** The source of a prompt is a word without meaning, but never a file. Throws INVALID_PARAMETER_VALUE. */
export function checkPromptSource(source: string): void {
  if (/^file:/i.test(source) || /^(?:\/|[a-z]:)/i.test(source))
    invalidSource(source, 'Local paths are not allowed for prompts.');
}

/**
 * Where the files of a version with this source are. Our runs and models keep theirs in the artifact store, so no source
 * on a disk can lie within them. Throws INVALID_PARAMETER_VALUE.
 */
export async function resolveSource(
  sources: Sources,
  { source, runId, modelId }: { source: string; runId: string | null; modelId: string | null },
): Promise<Origin> {
  if (isLocal(source)) {
    invalidSource(
      source,
      'To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.',
    );
  }
  checkPath(source);
  const [, reference] = /^models:\/+(.+?)\/*$/i.exec(source) ?? [];
  const origin =
    reference === undefined
      ? { storageLocation: null, runId: null }
      : await follow(sources, source, reference);
  const ofModel = modelId === null || runId !== null ? null : await sources.tracking.loggedModel(modelId);
  return {
    storageLocation: origin.storageLocation,
    runId: runId ?? origin.runId ?? ofModel?.sourceRunId ?? null,
  };
}

/** `models:/m-…` is a logged model, `models:/name/3` and `models:/name@alias` a version that is copied. */
async function follow({ models, tracking }: Sources, source: string, reference: string): Promise<Origin> {
  if (/^m-[0-9a-f]{32}$/.test(reference)) {
    const model = await tracking.loggedModel(reference);
    if (model === null) return invalidSource(source, `There is no logged model ${reference}.`);
    return { storageLocation: model.artifactUri, runId: model.sourceRunId };
  }
  const [, name = '', sign = '', version = ''] = /^(.*?)(\/|@)([^/@]+)$/.exec(reference) ?? [];
  try {
    const found =
      /^\d+$/.test(version) && sign === '/' ? Number(version) : sign === '@' ? `@${version}` : null;
    const ref = found ?? (await newestOf(models, name, version));
    if (ref === null) return invalidSource(source, 'It names no version of a registered model.');
    const { runId } = await models.getVersion(name, ref);
    return { storageLocation: await models.storageLocation(name, ref), runId };
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('models/'))
      invalidSource(source, thrown.message);
    throw thrown;
  }
}

/** The newest version, or the newest in a stage. */
async function newestOf(models: Sources['models'], name: string, word: string): Promise<number | null> {
  if (word.toLowerCase() === 'latest') return (await models.get(name)).latest?.number ?? null;
  const { latestByStage = [] } = (await models.details([name])).get(name) ?? {};
  return latestByStage.find(({ stage }) => stage === word.toLowerCase())?.number ?? null;
}
