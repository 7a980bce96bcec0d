import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

/** A ZIP archive whose files are read as streams, straight from disk. */
export type Archive = {
  has(name: string): boolean;
  sizeBytes(name: string): number;
  /** Throws when there is no such file. */
  open(name: string): Promise<Readable>;
  close(): void;
};

/** A workbook has some dozens. */
const MOST_ENTRIES = 10_000;

/** Opens a ZIP archive. Throws for one that is damaged. */
export async function openArchive(path: string): Promise<Archive> {
  const openFile: (path: string, options: yauzl.Options) => Promise<yauzl.ZipFile> = promisify(yauzl.open);
  const zip = await openFile(path, { lazyEntries: true, autoClose: false });
  const entries = new Map<string, yauzl.Entry>();
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('entry', (entry: yauzl.Entry) => {
        entries.set(entry.fileName.toLowerCase(), entry);
        if (entries.size > MOST_ENTRIES) reject(new Error(`the archive has more than ${MOST_ENTRIES} files`));
        else zip.readEntry();
      });
      zip.on('end', resolve);
      zip.on('error', reject);
      zip.readEntry();
    });
  } catch (thrown) {
    zip.close();
    throw thrown;
  }
  const find = (name: string) => entries.get(name.replace(/^\//, '').toLowerCase());
  return {
    has: (name) => find(name) !== undefined,
    sizeBytes: (name) => find(name)?.uncompressedSize ?? 0,
    open(name) {
      const entry = find(name);
      if (entry === undefined) return Promise.reject(new Error(`it lacks ${name}`));
      return new Promise((resolve, reject) => {
        zip.openReadStream(entry, (error, stream) => {
          if (error) reject(error);
          else resolve(stream);
        });
      });
    },
    close: () => zip.close(),
  };
}
