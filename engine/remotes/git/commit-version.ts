import { manifestOf } from '../files/version-manifest.ts';
import type { Bundle, PushContext } from '../target.ts';
import type { GitConfig } from './git-kind.ts';
import { branchRef, layoutOf, tagRef } from './layout.ts';
import type { Repository } from './repository.ts';
import { objectOf, type VersionState } from './version-state.ts';
import { gatesFile, gatesText, workflowPath, workflowText } from './workflow.ts';

/** What is to be pushed: nothing when all is there. */
export type Made = {
  refs: { object: string; ref: string }[];
  /** Paths in the bundle of files that were not there. */
  sent: ReadonlySet<string>;
  sentBytes: number;
  commit: string;
  /** The tag itself, which names the commit. */
  tagObject: string;
};

/** Makes the commit of a version with its tag, and the tags of aliases; nothing of it is there before the push. */
export async function commitVersion(
  repository: Repository,
  config: GitConfig,
  { state, bundle, context }: { state: VersionState; bundle: Bundle; context: PushContext },
): Promise<Made> {
  const { model, version } = bundle.version;
  const nowMs = context.nowMs();
  const made =
    state.verdict === 'same' && state.tag !== null
      ? {
          refs: [],
          sent: new Set<string>(),
          sentBytes: 0,
          commit: state.tag.commit,
          tagObject: state.tag.object,
        }
      : await newCommit(repository, config, { state, bundle, context });
  const refs = [...made.refs];
  for (const { alias, name } of state.moves) {
    const message = `${alias} is ${model} ${version}`;
    const object = await repository.tag({ name, commit: made.commit, message, nowMs });
    refs.push({ object, ref: tagRef(name) });
  }
  return { ...made, refs };
}

async function newCommit(
  repository: Repository,
  config: GitConfig,
  { state, bundle, context }: { state: VersionState; bundle: Bundle; context: PushContext },
): Promise<Made> {
  const { slug, head, next, known } = state;
  const { model, version, digest } = bundle.version;
  const layout = layoutOf(config, slug);
  const nowMs = context.nowMs();
  const gone = [...state.files.keys()].filter((path) => path.startsWith(layout.bundle));
  const files = new Map<string, string | null>(gone.map((path) => [path, null]));
  const sent = new Set<string>();
  let sentBytes = 0;
  for (const [index, file] of bundle.files.entries()) {
    context.progress((0.3 * index) / bundle.files.length, `Writing ${file.path}`);
    const bytes = await file.bytes();
    const object = objectOf(bytes);
    files.set(layout.file(file.path), object);
    if (known.has(object)) continue;
    await repository.write(bytes);
    sent.add(file.path);
    sentBytes += file.sizeBytes;
  }
  files.set(layout.manifest, await repository.write(manifestOf(bundle)));
  for (const [path, object] of await firstFiles(repository, config, state)) files.set(path, object);

  const about = `${model} ${version}\n\nbundle: ${bundle.digest}\nmodel: ${digest}\n`;
  const commit = await repository.commit({ parent: head, files, message: about, nowMs });
  const tagObject = await repository.tag({ name: next.name, commit, message: about.trimEnd(), nowMs });
  const branch = state.isNewest ? [{ object: commit, ref: branchRef(config) }] : [];
  return {
    refs: [...branch, { object: tagObject, ref: tagRef(next.name) }],
    sent,
    sentBytes,
    commit,
    tagObject,
  };
}

/** The workflow and the limits of its gates where they are not there yet: what people made of them stays. */
async function firstFiles(
  repository: Repository,
  config: GitConfig,
  { slug, head }: VersionState,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  if (!config.workflow) return files;
  const texts = [
    [workflowPath, workflowText(config.folder)],
    [`${layoutOf(config, slug).root}/${gatesFile}`, gatesText],
  ] as const;
  for (const [path, text] of texts) {
    if (head === null || !(await repository.has(branchRef(config), path)))
      files.set(path, await repository.write(Buffer.from(text, 'utf8')));
  }
  return files;
}
