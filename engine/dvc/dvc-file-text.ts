import { isMap, isSeq, parseDocument, stringify } from 'yaml';

export type TrackedFile = {
  /** The name of the file, without its folder. */
  path: string;
  md5: string;
  sizeBytes: number;
  /** What made it: kept by DVC under "meta". */
  meta: Readonly<Record<string, string | number>>;
};

/** What DVC says of the former content, and nothing that people wrote. */
const formerFacts = ['nfiles', 'isexec', 'files', 'cloud', 'etag', 'checksum', 'version_id'];

/**
 * The text of a `.dvc` file for a file. Of one that was there before, comments and what people said (descriptions, labels, a
 * remote of its own) stay; the same content gives the same text.
 */
export function dvcFileText({ path, md5, sizeBytes, meta }: TrackedFile, before: string | null): string {
  const out = { md5, size: sizeBytes, hash: 'md5', path };
  // As DVC writes lists.
  const style = { indentSeq: false, lineWidth: 0 };
  if (before === null) return stringify({ outs: [{ ...out, meta: { assay: meta } }] }, style);
  const document = parseDocument(before);
  const outs = document.get('outs');
  const first = isSeq(outs) ? outs.get(0) : undefined;
  if (!isMap(first)) return dvcFileText({ path, md5, sizeBytes, meta }, null);
  for (const key of formerFacts) first.delete(key);
  for (const [key, value] of Object.entries(out)) first.set(key, value);
  const said = first.get('meta');
  if (said !== undefined && !isMap(said)) first.delete('meta');
  document.setIn(['outs', 0, 'meta', 'assay'], document.createNode(meta));
  // Of the file itself, as older versions of DVC wrote it; it would no longer be true.
  document.delete('md5');
  return document.toString(style);
}
