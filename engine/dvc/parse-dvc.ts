import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { DvcContent } from './content.ts';
import { fromRoot, pathFault } from './safe-path.ts';

export type DvcEntry = { relpath: string; content: DvcContent };

/** A file or directory that DVC keeps. */
export type DvcOutput = {
  /** From the root of the repository, with slashes. */
  path: string;
  /** The file that names it, from the root. */
  file: string;
  /** Of a pipeline; null for what was added. */
  stage: string | null;
  content: DvcContent;
  /** Files of a directory, as it says. */
  files: number | null;
  /** Name of a remote of its own. */
  remote: string | null;
  /** The files of a directory, where they are listed in place. */
  entries: DvcEntry[] | null;
  /** Where it was imported from, so that no remote of this repository need have it. */
  importedFrom: string | null;
  /** Where it lies in the repository is not known: its stage says so by a template. */
  isPlaceless: boolean;
};

export type ParsedDvc = { outputs: DvcOutput[]; problems: Problem[] };

/** Larger ones are no list of outputs that a person wrote or DVC made of a few stages. */
export const MOST_DVC_BYTES = 8 * 1024 ** 2;

// Everything is text: an MD5 of digits alone, or with one "e" among them, is no number.
const Text = z.string();
const RawEntry = z.looseObject({ relpath: Text, md5: Text.optional(), size: Text.optional() });
const RawOutput = z.looseObject({
  path: Text,
  md5: Text.optional(),
  hash: Text.optional(),
  size: Text.optional(),
  nfiles: Text.optional(),
  remote: Text.optional(),
  files: z.array(RawEntry).optional(),
  etag: Text.optional(),
  checksum: Text.optional(),
});
type RawOutput = z.infer<typeof RawOutput>;
const DvcFile = z.looseObject({
  outs: z.array(z.unknown(), 'it names no outputs: "outs" is missing').min(1, 'it names no outputs'),
  wdir: Text.optional(),
  deps: z
    .array(z.looseObject({ repo: z.looseObject({ url: Text }).optional(), path: Text.optional() }))
    .optional(),
});
const LockFile = z.looseObject({
  schema: z.literal('2.0', 'the schema 2.0 is expected'),
  stages: z.record(Text, z.looseObject({ outs: z.array(z.unknown()).optional() })).default({}),
});

type Where = { file: string; folder: string; stage: string | null; at: string; isPlaceless?: boolean };

/**
 * The outputs that a `.dvc` file names, and everything that is wrong with it.
 * @param file from the root of the repository, with slashes
 */
export function parseDvcFile(text: string, file: string): ParsedDvc {
  const parsed = DvcFile.safeParse(yamlOf(text, file));
  if (!parsed.success) return { outputs: [], problems: problemsOf(parsed.error, file) };
  const { outs, wdir = '.', deps = [] } = parsed.data;
  const [dependency] = deps;
  const importedFrom = dependency === undefined ? null : (dependency.repo?.url ?? dependency.path ?? null);
  const folder = joined(folderOf(file), wdir);
  const found = outs.map((out, index) =>
    outputOf(out, { file, folder, stage: null, at: `/outs/${index}` }, importedFrom),
  );
  return together(found);
}

/**
 * The outputs of all stages of a `dvc.lock`.
 * @param pipeline the text of the `dvc.yaml` beside it, which says from where the paths of a stage are meant
 */
export function parseLock(text: string, file: string, pipeline: string | null): ParsedDvc {
  const parsed = LockFile.safeParse(yamlOf(text, file));
  if (!parsed.success) return { outputs: [], problems: problemsOf(parsed.error, file) };
  const folders = pipeline === null ? new Map<string, string>() : stageFolders(pipeline);
  const found = Object.entries(parsed.data.stages).flatMap(([stage, { outs = [] }]) => {
    const wdir = folders.get(stage) ?? folders.get(stage.split('@', 1)[0] ?? '') ?? '.';
    const isPlaceless = wdir.includes('${');
    const folder = isPlaceless ? folderOf(file) : joined(folderOf(file), wdir);
    return outs.map((out, index) =>
      outputOf(out, { file, folder, stage, at: `/stages/${stage}/outs/${index}`, isPlaceless }, null),
    );
  });
  return together(found);
}

function together(found: readonly (DvcOutput | Problem[])[]): ParsedDvc {
  return {
    outputs: found.flatMap((one) => (Array.isArray(one) ? [] : [one])),
    problems: found.flatMap((one) => (Array.isArray(one) ? one : [])),
  };
}

/** Errors: `dvc/bad-file` for what is no YAML, or hides endless repetition behind aliases. */
function yamlOf(text: string, file: string): unknown {
  try {
    const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent' });
    const [fault] = document.errors;
    if (fault !== undefined) throw fault;
    return document.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    throw new AssayError(
      'dvc/bad-file',
      `${file} is no YAML that can be read: ${firstLine(messageOf(thrown))}`,
    );
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0]?.replace(/:$/, '') ?? '';
const folderOf = (file: string): string => file.split('/').slice(0, -1).join('/');
const joined = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

function problemsOf(error: z.ZodError, file: string): Problem[] {
  return error.issues.map(({ path, message }) => ({
    path: `/${path.map(String).join('/')}`,
    message: `${file}: ${message}`,
  }));
}

/** Where the paths of each stage are meant from, as `dvc.yaml` says. */
function stageFolders(text: string): Map<string, string> {
  const Stages = z.looseObject({ stages: z.record(Text, z.unknown()).default({}) });
  const Stage = z.looseObject({
    wdir: Text.optional(),
    do: z.looseObject({ wdir: Text.optional() }).optional(),
  });
  const parsed = Stages.safeParse(yamlOf(text, 'dvc.yaml'));
  const folders = new Map<string, string>();
  for (const [name, raw] of Object.entries(parsed.success ? parsed.data.stages : {})) {
    const stage = Stage.safeParse(raw);
    const wdir = stage.success ? (stage.data.wdir ?? stage.data.do?.wdir) : undefined;
    if (wdir !== undefined) folders.set(name, wdir);
  }
  return folders;
}

function outputOf(raw: unknown, where: Where, importedFrom: string | null): DvcOutput | Problem[] {
  const { file, folder, stage, at, isPlaceless = false } = where;
  const parsed = RawOutput.safeParse(raw);
  if (!parsed.success)
    return problemsOf(parsed.error, file).map((problem) => ({ ...problem, path: `${at}${problem.path}` }));
  const out = parsed.data;
  const problems: Problem[] = [];
  const wrong = (field: string, message: string) =>
    problems.push({ path: `${at}/${field}`, message: `${file}: ${message}` });
  const path = /^\w+:\/\//.test(out.path) ? null : fromRoot(folder, out.path);
  if (path === null) wrong('path', `"${out.path}" does not lie in the repository`);
  const content = contentOf(out, wrong);
  const entries = entriesOf(out, at, file, problems);
  if (path === null || content === null || problems.length > 0) return problems;
  const files = out.nfiles === undefined ? null : Number(out.nfiles);
  return {
    path,
    file,
    stage,
    content,
    files: entries?.length ?? files,
    remote: out.remote?.toLowerCase() ?? null,
    entries,
    importedFrom,
    isPlaceless,
  };
}

function contentOf(out: RawOutput, wrong: (field: string, message: string) => void): DvcContent | null {
  const { md5, hash, size, files } = out;
  const sizeBytes = size === undefined || !/^\d+$/.test(size) ? null : Number(size);
  if (hash !== undefined && hash !== 'md5' && hash !== 'md5-dos2unix') {
    wrong('hash', `"${hash}" is no way of naming content that is known here; MD5 is`);
    return null;
  }
  // DVC 2 wrote no "hash".
  const isLegacy = hash !== 'md5';
  if (md5 === undefined && files !== undefined) return { md5: '', isDir: true, isLegacy: false, sizeBytes };
  if (md5 === undefined) {
    const other = out.etag ?? out.checksum;
    wrong(
      'md5',
      other === undefined
        ? 'it has no MD5: it was not added or run yet'
        : 'it is named by another place, not by its MD5',
    );
    return null;
  }
  const [, digits, dir] = /^([0-9a-f]{32})(\.dir)?$/i.exec(md5) ?? [];
  if (digits === undefined) {
    wrong('md5', `"${md5.slice(0, 80)}" is no MD5, which has 32 hexadecimal digits`);
    return null;
  }
  return { md5: digits.toLowerCase(), isDir: dir !== undefined, isLegacy, sizeBytes };
}

function entriesOf({ files }: RawOutput, at: string, file: string, problems: Problem[]): DvcEntry[] | null {
  if (files === undefined) return null;
  return files.flatMap(({ relpath, md5 = '', size }, index): DvcEntry[] => {
    const fault = entryFault(relpath, md5);
    if (fault !== null) problems.push({ path: `${at}/files/${index}`, message: `${file}: ${fault}` });
    const sizeBytes = size === undefined ? null : Number(size);
    return [{ relpath, content: { md5, isDir: false, isLegacy: false, sizeBytes } }];
  });
}

/** What is wrong with a file of a directory; null when nothing is. */
export function entryFault(relpath: string, md5: string): string | null {
  const fault = pathFault(relpath);
  if (fault !== null) return `the path "${relpath.slice(0, 200)}" ${fault}`;
  return /^[0-9a-f]{32}$/.test(md5) ? null : `"${relpath.slice(0, 200)}" has no MD5`;
}
