/** Content as DVC names it. */
export type DvcContent = {
  /** 32 lower-case hexadecimal digits. */
  md5: string;
  /** The list of a directory. */
  isDir: boolean;
  /** Named before DVC 3: line ends of texts were taken for LF, and caches have one folder less. */
  isLegacy: boolean;
  sizeBytes: number | null;
};

/** Where a cache or a remote keeps some content: the place of its own version of DVC first. */
export function keysOf({ md5, isDir, isLegacy }: DvcContent): [string, string] {
  const older = `${md5.slice(0, 2)}/${md5.slice(2)}${isDir ? '.dir' : ''}`;
  const newer = `files/md5/${older}`;
  return isLegacy ? [older, newer] : [newer, older];
}

/** As DVC writes it: with `.dir` for directories. */
export function nameOf({ md5, isDir }: Pick<DvcContent, 'md5' | 'isDir'>): string {
  return `${md5}${isDir ? '.dir' : ''}`;
}
