import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssayError, messageOf } from '../errors.ts';
import { nameProblem, readZip } from '../zip/index.ts';
import { recognise } from './recognise.ts';

/** A model as it was given. */
export type ModelSource = { name: string; bytes: Uint8Array } & (
  | { kind: 'onnx' }
  | {
      /** `bytes` are those of model.json. */
      kind: 'tfjs';
      /** A file beside model.json; null when there is none. */
      read(path: string): Promise<Uint8Array | null>;
    }
);

/** ONNX Runtime holds a model several times over while it opens it. */
const largestBytes = 512 * 2 ** 20;
const zipLimits = { files: 10_000, bytes: largestBytes };
const modelJson = 'model.json';

const refused = (message: string, hint?: string) =>
  new AssayError('models/not-importable', message, hint === undefined ? {} : { hint });

/**
 * Reads a file, a folder or an archive as a model, and tells which kind it is. `hasNeighbours`: files beside it belong to it.
 * Errors: models/not-importable with what it is instead, and what to do about it.
 */
export async function readSource(
  path: string,
  name: string,
  { hasNeighbours }: { hasNeighbours: boolean },
): Promise<ModelSource> {
  const found = await stat(path).catch((thrown: unknown) => {
    throw refused(`The file cannot be read: ${messageOf(thrown)}.`);
  });
  if (found.isDirectory()) return readFolder(path);
  if (found.size > largestBytes)
    throw refused(
      `The file has ${Math.ceil(found.size / 2 ** 20)} MB; models of up to ${largestBytes / 2 ** 20} MB are imported.`,
    );
  const bytes = await readFile(path);
  const kind = recognise(bytes);
  if (kind === 'zip') return readArchive(bytes, name);
  if (kind === 'onnx') return { kind, name, bytes };
  if (!hasNeighbours)
    throw refused(
      'A JSON file alone is no model: its weights are missing.',
      'Send a ZIP archive of model.json and its weight files.',
    );
  return { kind: 'tfjs', name, bytes, read: besideOf(dirname(path)) };
}

async function readFolder(path: string): Promise<ModelSource> {
  const files = await readdir(path);
  if (files.includes(modelJson))
    return readSource(join(path, modelJson), basename(path), { hasNeighbours: true });
  const [only, ...more] = files.filter((file) => /\.onnx$/i.test(file));
  if (only !== undefined && more.length === 0)
    return readSource(join(path, only), only, { hasNeighbours: true });
  throw refused(
    only === undefined
      ? 'The folder holds neither an ONNX file nor the model.json of a TensorFlow.js model.'
      : `The folder holds ${more.length + 1} ONNX files: name one of them.`,
  );
}

function besideOf(dir: string): (path: string) => Promise<Uint8Array | null> {
  return async (path) => {
    if (nameProblem(path) !== null) return null;
    return readFile(join(dir, path)).catch(() => null);
  };
}

function readArchive(bytes: Uint8Array, name: string): ModelSource {
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = readZip(bytes, zipLimits);
  } catch (thrown) {
    throw refused(messageOf(thrown));
  }
  const names = [...files.keys()];
  if (files.has('manifest.json') && files.has('model.onnx'))
    throw refused(
      'This is a bundle of Assay.',
      'Import it as a bundle: it keeps its version, lineage and signature.',
    );
  if (names.some((file) => /(^|\/)data\.pkl$/.test(file)))
    throw refused(
      'This is a PyTorch file.',
      'Export it in Python: torch.onnx.export(model, example, "model.onnx").',
    );
  if (files.has('config.json') && files.has('model.weights.h5'))
    throw refused('This is a Keras file.', 'Export it in Python: model.export("model.onnx", format="onnx").');
  const json = names.filter((file) => basename(file) === modelJson).sort((a, b) => a.length - b.length)[0];
  const content = json === undefined ? undefined : files.get(json);
  if (json !== undefined && content !== undefined) {
    const folder = dirname(json);
    return {
      kind: 'tfjs',
      name,
      bytes: content,
      read: async (path) => files.get(folder === '.' ? path : `${folder}/${path}`) ?? null,
    };
  }
  const [only, ...more] = names.filter((file) => /\.onnx$/i.test(file));
  const model = only === undefined ? undefined : files.get(only);
  if (only !== undefined && model !== undefined && more.length === 0)
    return { kind: 'onnx', name: basename(only), bytes: model };
  throw refused(
    'The archive holds no model: neither one ONNX file nor the model.json of a TensorFlow.js model.',
  );
}
