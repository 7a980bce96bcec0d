import type { ArtifactEntry } from '../../../../local-api/contract/index.ts';

/** A file, or a folder with what it holds. */
export type ArtifactNode = {
  name: string;
  path: string;
  sizeBytes: number | null;
  digest: string | null;
  /** null for a file. */
  children: ArtifactNode[] | null;
};

/** Makes a tree of a recursive listing. Folders come first, names are sorted; folders the listing leaves out are made. */
export function artifactTree(entries: readonly ArtifactEntry[]): ArtifactNode[] {
  const root: ArtifactNode[] = [];
  const folders = new Map<string, ArtifactNode[]>([['', root]]);
  const folder = (path: string): ArtifactNode[] => {
    const known = folders.get(path);
    if (known) return known;
    const children: ArtifactNode[] = [];
    const { parent, name } = split(path);
    folder(parent).push({ name, path, sizeBytes: null, digest: null, children });
    folders.set(path, children);
    return children;
  };
  for (const entry of entries) {
    const path = entry.path.replace(/\/$/, '');
    if (entry.isDirectory) {
      folder(path);
      continue;
    }
    const { parent, name } = split(path);
    folder(parent).push({ name, path, sizeBytes: entry.sizeBytes, digest: entry.digest, children: null });
  }
  sort(root);
  return root;
}

function split(path: string): { parent: string; name: string } {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? { parent: '', name: path } : { parent: path.slice(0, cut), name: path.slice(cut + 1) };
}

function sort(nodes: ArtifactNode[]): void {
  nodes.sort(
    (a, b) => Number(a.children === null) - Number(b.children === null) || a.name.localeCompare(b.name),
  );
  for (const node of nodes) if (node.children) sort(node.children);
}

/** The file shown first: the card, else the first file. */
export function firstFile(nodes: readonly ArtifactNode[]): string | null {
  const files = allFiles(nodes);
  return (files.find((file) => file.path === 'card.md') ?? files[0])?.path ?? null;
}

/** Every file of a tree, in the order it is drawn. */
export function allFiles(nodes: readonly ArtifactNode[]): ArtifactNode[] {
  return nodes.flatMap((node) => (node.children ? allFiles(node.children) : [node]));
}

export type PreviewKind = 'markdown' | 'json' | 'table' | 'image' | 'onnx' | 'text' | 'none';

const kinds: Record<string, PreviewKind> = {
  md: 'markdown',
  json: 'json',
  csv: 'table',
  tsv: 'table',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  svg: 'image',
  onnx: 'onnx',
};
const texts =
  /\.(txt|log|ya?ml|toml|ini|cfg|py|js|ts|sh|sql|xml|html|jsonl|ndjson|requirements|dockerfile)$|(^|\/)(MLmodel|LICENSE|README)$/i;

/** How a file can be looked at, by its name. */
export function previewKind(path: string): PreviewKind {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return kinds[ending] ?? (texts.test(path) ? 'text' : 'none');
}

/** The first rows of a CSV or TSV text, quotes understood; a last line that was cut off is left out. */
export function readTable(text: string, separator: ',' | '\t', maxRows: number, isCut: boolean): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  const endRow = () => {
    rows.push([...row, field]);
    row = [];
    field = '';
  };
  for (let at = 0; at < text.length && rows.length < maxRows; at += 1) {
    const character = text[at] ?? '';
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && field === '') isQuoted = true;
    else if (character === separator) {
      row.push(field);
      field = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  if (rows.length < maxRows && !isCut && (field !== '' || row.length > 0)) endRow();
  return rows;
}
