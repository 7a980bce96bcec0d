import { invalidParameter } from './errors.ts';

/** A path may be encoded in an encoding in an encoding; more rounds than this are an attack. */
const maxRounds = 10;

function decodedFully(path: string): string {
  let text = path;
  for (let round = 0; round < maxRounds; round += 1) {
    let next: string;
    try {
      next = decodeURIComponent(text);
    } catch {
      return text;
    }
    if (next === text) return text;
    text = next;
  }
  throw invalidParameter('Invalid path');
}

/**
 * A path below a root, as it came: relative, and nothing in it leads out, however often it is encoded. The text itself is
 * kept, for a file may be called "100%25". Errors: INVALID_PARAMETER_VALUE.
 */
export function safePath(path: string): string {
  const plain = decodedFully(path);
  const isBad =
    plain.includes('#') ||
    plain.includes('\\') ||
    plain.startsWith('/') ||
    /^[a-z]:/i.test(plain) ||
    /^[a-z][a-z0-9+.-]*:\//i.test(plain) ||
    plain.split('/').includes('..');
  if (isBad) throw invalidParameter('Invalid path');
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

/** The last part of a path, which is how MLflow's proxy lists files. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const textEndings = new Set(
  'txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv tsv md rst'.split(
    ' ',
  ),
);
const types: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  html: 'text/html',
  htm: 'text/html',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  mp3: 'audio/mpeg',
  wav: 'audio/x-wav',
  mp4: 'video/mp4',
};

/** The content type that MLflow's servers give a file, by its name. */
export function contentTypeOf(path: string): string {
  const name = baseName(path);
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (textEndings.has(ending) || name === 'MLmodel' || name === 'mlproject') return 'text/plain';
  return types[ending] ?? 'application/octet-stream';
}
