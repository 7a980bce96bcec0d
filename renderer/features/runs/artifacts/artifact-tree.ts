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

/** Numbers in names count as numbers: 2.png comes before 10.png. */
const names = new Intl.Collator('en', { numeric: true });

function sort(nodes: ArtifactNode[]): void {
  nodes.sort(
    (a, b) => Number(a.children === null) - Number(b.children === null) || names.compare(a.name, b.name),
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

/** A row of the tree as drawn: a node and how deep it lies. */
export type TreeRow = { node: ArtifactNode; depth: number; isOpen: boolean };

/** Folders with more files than this start closed. */
const MOST_OPEN = 60;

/** The folders that are open at first. */
export function foldersOpenAtFirst(nodes: readonly ArtifactNode[]): Set<string> {
  const open = new Set<string>();
  const walk = (children: readonly ArtifactNode[]) => {
    for (const node of children) {
      if (!node.children) continue;
      if (node.children.length <= MOST_OPEN) open.add(node.path);
      walk(node.children);
    }
  };
  walk(nodes);
  return open;
}

/** The rows that are seen: what lies in open folders, or, while something is searched, every file that has it in its path. */
export function visibleRows(
  nodes: readonly ArtifactNode[],
  open: ReadonlySet<string>,
  search: string,
): TreeRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > 0) {
    return allFiles(nodes)
      .filter(({ path }) => words.every((word) => path.toLowerCase().includes(word)))
      .map((node) => ({ node, depth: 0, isOpen: false }));
  }
  const rows: TreeRow[] = [];
  const walk = (children: readonly ArtifactNode[], depth: number) => {
    for (const node of children) {
      const isOpen = node.children !== null && open.has(node.path);
      rows.push({ node, depth, isOpen });
      if (isOpen && node.children) walk(node.children, depth + 1);
    }
  };
  walk(nodes, 0);
  return rows;
}
