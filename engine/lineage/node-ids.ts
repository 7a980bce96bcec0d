import { createHash } from 'node:crypto';
import { LineageKind, type VersionSource } from '../../local-api/contract/index.ts';

export const nodeId = (kind: LineageKind, key: string): string => `${kind}:${key}`;
export const modelId = (name: string, version: string): string => nodeId('model', `${name}@${version}`);

/** The kind of a node and what tells it from others of the kind; kind `null` where it is no id of a node. */
export function partsOf(id: string): { kind: LineageKind | null; key: string } {
  const at = id.indexOf(':');
  const kind = LineageKind.safeParse(id.slice(0, Math.max(at, 0)));
  return kind.success ? { kind: kind.data, key: id.slice(at + 1) } : { kind: null, key: id };
}

/** One node for one place that rows come from, however many versions were made of it; where its content has a name, for each. */
export function sourceId(source: VersionSource | null, versionId: string, sourceName: string): string {
  const place = `${placeOf(source, versionId, sourceName)}${contentOf(source)}`;
  return nodeId('source', `${source?.kind ?? 'unknown'}/${hashOf(place)}`);
}

/** The name of the content that was there then, as DVC knows it; "" where it is not known. */
export function contentOf(source: VersionSource | null): string {
  return source?.kind === 'dvc' ? (source.found?.md5 ?? '') : '';
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Where rows come from, in words that tell places apart. */
export function placeOf(source: VersionSource | null, versionId: string, sourceName: string): string {
  switch (source?.kind) {
    case 'path':
    case 'paths':
      return source.path;
    case 'sample':
      return source.name;
    case 'http':
      return [source.connection ?? '', source.url].filter((part) => part !== '').join(' ');
    case 'object':
      return `${source.connection}/${source.key ?? source.prefix ?? ''}`;
    case 'postgres':
    case 'mysql':
      return `${source.connection}/${source.table ?? source.query ?? ''}`;
    case 'dvc':
      return source.found === undefined
        ? `${source.path} ${source.output ?? ''}`.trim()
        : `${source.found.root}/${source.found.path}`;
    case 'upload':
      return sourceName;
    default:
      // A pasted text is a place of its own.
      return `${sourceName} ${versionId}`;
  }
}
