import { AssayError } from '../../../errors.ts';
import type { Archive } from './archive.ts';
import { type DateKind, dateKind } from './dates.ts';
import { readXml } from './xml.ts';

export type Sheet = { name: string; path: string; isHidden: boolean };

export type Workbook = {
  sheets: Sheet[];
  /** Days count from 1904, as on old Macs. */
  from1904: boolean;
  /** By style of a cell: what kind of time its number is. */
  styles: (DateKind | null)[];
  /** Texts that cells refer to. */
  strings: string[];
};

/** Shared texts are kept in memory. */
const MOST_STRING_BYTES = 1024 ** 3;

/**
 * What a workbook has besides its cells (ECMA-376 part 1, 18.2 to 18.8). Memory grows with its different texts.
 * Errors: `datasets/unsupported-format` when it is no workbook of Excel, or has too much text for memory.
 */
export async function readWorkbook(archive: Archive, name: string): Promise<Workbook> {
  if (!archive.has('xl/workbook.xml')) throw notAWorkbook(archive, name);
  const targets = await readTargets(archive);
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readXml(await archive.open('xl/workbook.xml'), {
    open(tag, attributes) {
      if (tag === 'workbookPr') from1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      if (tag !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '';
      const path = targets.get(id);
      if (path === undefined || !archive.has(path)) return;
      sheets.push({
        name: attributes.name ?? '',
        path,
        isHidden: (attributes.state ?? 'visible') !== 'visible',
      });
    },
  });
  return { sheets, from1904, styles: await readStyles(archive), strings: await readStrings(archive, name) };
}

function notAWorkbook(archive: Archive, name: string): AssayError {
  const what = archive.has('content.xml')
    ? 'an OpenDocument table'
    : archive.has('xl/workbook.bin')
      ? 'a binary workbook (.xlsb)'
      : 'a zip archive without a workbook in it';
  return new AssayError(
    'datasets/unsupported-format',
    `${name} is ${what}; save it as an Excel workbook (.xlsx), CSV or Parquet`,
  );
}

async function readTargets(archive: Archive): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  if (!archive.has('xl/_rels/workbook.xml.rels')) return targets;
  await readXml(await archive.open('xl/_rels/workbook.xml.rels'), {
    open(tag, { Id = '', Target = '' }) {
      if (tag === 'Relationship')
        targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target.replace(/^\.\//, '')}`);
    },
  });
  return targets;
}

async function readStyles(archive: Archive): Promise<(DateKind | null)[]> {
  if (!archive.has('xl/styles.xml')) return [];
  const formats = new Map<number, string>();
  const styles: (DateKind | null)[] = [];
  let isInCells = false;
  await readXml(await archive.open('xl/styles.xml'), {
    open(tag, attributes) {
      if (tag === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      else if (tag === 'cellXfs') isInCells = true;
      else if (tag === 'xf' && isInCells) {
        const id = Number(attributes.numFmtId ?? 0);
        styles.push(dateKind(id, formats.get(id)));
      }
    },
    close(tag) {
      if (tag === 'cellXfs') isInCells = false;
    },
  });
  return styles;
}

async function readStrings(archive: Archive, name: string): Promise<string[]> {
  const path = 'xl/sharedStrings.xml';
  if (!archive.has(path)) return [];
  if (archive.sizeBytes(path) > MOST_STRING_BYTES) {
    throw new AssayError(
      'datasets/unsupported-format',
      `${name} holds over 1 GB of different texts, too much for a workbook; save the sheet as CSV`,
    );
  }
  const strings: string[] = [];
  const reader = textReader('si', (text) => strings.push(text));
  await readXml(await archive.open(path), reader);
  return strings;
}

/** Gathers the text of an element: of its `t` parts, not of readings (`rPh`) beside them. */
function textReader(element: string, found: (text: string) => void) {
  let text = '';
  let isText = false;
  let isReading = false;
  return {
    open(tag: string) {
      if (tag === element) text = '';
      else if (tag === 'rPh') isReading = true;
      else if (tag === 't') isText = !isReading;
    },
    text(piece: string) {
      if (isText) text += piece;
    },
    close(tag: string) {
      if (tag === element) found(unescaped(text));
      else if (tag === 'rPh') isReading = false;
      else if (tag === 't') isText = false;
    },
  };
}

/** Characters that XML cannot hold are written _x000D_. */
export function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}
