import type { ObjectKind } from '../../../local-api/contract/index.ts';

/**
 * Where objects of a run lie among its files.
 *
 * - Ours: `objects/<kind>/<key>/<step>[@<timestampMs>].<ending>`, beside it `….caption.txt`.
 * - MLflow's `log_image(key=…, step=…)`: `images/<key>+step+<step>+timestamp+<ms>+<uuid>.png` and a smaller copy that ends
 *   in `+compressed.webp`. Clients before 3.8 write `%` for `+`.
 * - Anything else with a telling ending is an object without steps; its key is its path.
 *
 * A slash in a key stands as `~` in a file name (MLflow's clients once wrote `#`).
 */

/** Files with one beginning that make up a group. `stepAt` is where the step starts, counted from 1 as SQL does. */
export type GroupRange = { from: string; to: string; stepAt: number };

const mlflowName = /^images\/(.+?)([+%])step\2-?\d+\2timestamp\2/;
const ourName = /^objects\/([a-z-]+)\/([^/]+)\/-?\d+(?:@\d+)?\.[^/]+$/;

/** The first text that is greater than all texts which begin with `prefix`. */
export function endOf(prefix: string): string {
  const last = prefix.length - 1;
  return `${prefix.slice(0, last)}${String.fromCharCode(prefix.charCodeAt(last) + 1)}`;
}

function rangeOf(prefix: string): GroupRange {
  return { from: prefix, to: endOf(prefix), stepAt: [...prefix].length + 1 };
}

/** The group that a file in `images/` or `objects/` belongs to; null for one that is not in a known layout. */
export function groupOf(path: string): { kind: ObjectKind; key: string; range: GroupRange } | null {
  const image = mlflowName.exec(path);
  if (image) {
    const [, key = '', mark = '+'] = image;
    return {
      kind: 'image',
      key: key.replace(/[~#]/g, '/'),
      range: rangeOf(`images/${key}${mark}step${mark}`),
    };
  }
  const [, kind = '', key = ''] = ourName.exec(path) ?? [];
  if (!isKind(kind)) return null;
  return { kind, key: key.replaceAll('~', '/'), range: rangeOf(`objects/${kind}/${key}/`) };
}

/** Every place where objects of a kind and key can lie. */
export function rangesOf(kind: ObjectKind, key: string): GroupRange[] {
  const ranges = [rangeOf(`objects/${kind}/${key.replaceAll('/', '~')}/`)];
  if (kind !== 'image') return ranges;
  const names = new Set([key.replaceAll('/', '~'), key.replaceAll('/', '#')]);
  for (const name of names) {
    for (const mark of ['+', '%']) ranges.push(rangeOf(`images/${name}${mark}step${mark}`));
  }
  return ranges;
}

/** Where an object that is logged to us goes, without its ending. */
export function objectStem(
  kind: ObjectKind,
  key: string,
  step: number,
  timestampMs: number | undefined,
): string {
  const at = timestampMs === undefined ? '' : `@${timestampMs}`;
  return `objects/${kind}/${key.replaceAll('/', '~')}/${step}${at}`;
}

/** The file with the caption of an object. */
export function captionPath(path: string): string {
  return `${path.replace(/\.[^./]+$/, '')}.caption.txt`;
}

/** The smaller copy that MLflow's clients put beside an image. */
export function thumbnailPath(path: string): string | null {
  const image = /^images\/.+[+%]step([+%]).+\.png$/.exec(path);
  return image ? path.replace(/\.png$/, `${image[1]}compressed.webp`) : null;
}

/** When the object was logged, where its name says so. */
export function timestampIn(path: string): number | null {
  const [, ours, mlflows] = /(?:@(\d+)\.[^/]+|[+%]timestamp[+%](\d+)[+%][^/]*)$/.exec(path) ?? [];
  const time = Number(ours ?? mlflows ?? Number.NaN);
  return Number.isSafeInteger(time) ? time : null;
}

/** Companions of objects: never objects themselves. */
export const companionEndings = ['compressed.webp', '.caption.txt'] as const;

const kindsByEnding: Record<string, ObjectKind> = {
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  svg: 'image',
  html: 'html',
  wav: 'audio',
  mp3: 'audio',
  ogg: 'audio',
  flac: 'audio',
  m4a: 'audio',
  mp4: 'video',
  webm: 'video',
  txt: 'text',
};

/** Endings of files that are objects wherever they lie. */
export const singleEndings = [...Object.keys(kindsByEnding), 'vl.json', 'vega.json', 'plotly.json'];

/** The kind of a single file by its ending; null for one that is no object. */
export function kindOfFile(path: string): ObjectKind | null {
  if (/\.(vl|vega|plotly)\.json$/i.test(path)) return 'figure';
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return kindsByEnding[ending] ?? null;
}

const kinds: ReadonlySet<string> = new Set<ObjectKind>([
  'image',
  'figure',
  'table',
  'text',
  'audio',
  'video',
  'html',
  'histogram',
  'confusion-matrix',
  'curve',
]);

function isKind(text: string): text is ObjectKind {
  return kinds.has(text);
}
