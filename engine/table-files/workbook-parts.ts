import { escapedText } from './sheet-xml.ts';

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const LONGEST_NAME = 31;

/** A name that a sheet may have: some characters are refused, and so is one longer than 31. */
export function sheetName(title: string): string {
  const name = title
    .replace(/[[\]:*?/\\\p{Cc}]/gu, ' ')
    .trim()
    .replace(/^'+|'+$/g, '');
  const short = [...name].slice(0, LONGEST_NAME).join('').slice(0, LONGEST_NAME).toWellFormed().trim();
  // Excel keeps this one for itself.
  return short === '' || /^history$/i.test(short) ? 'Rows' : short;
}

/** The files of a workbook with one sheet, besides the sheet (ECMA-376 part 1, 12.3 and part 2). */
export function workbookParts(title: string): [name: string, text: string][] {
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`;
  const relations = (list: string) =>
    `${xml}<Relationships xmlns="${packages}/relationships">${list}</Relationships>`;
  return [
    [
      '[Content_Types].xml',
      `${xml}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`,
    ],
    ['_rels/.rels', relations(relation('rId1', 'officeDocument', 'xl/workbook.xml'))],
    [
      'xl/workbook.xml',
      `${xml}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${escapedText(sheetName(title)).replaceAll('"', '&quot;')}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relations(
        relation('rId1', 'worksheet', 'worksheets/sheet1.xml') + relation('rId2', 'styles', 'styles.xml'),
      ),
    ],
    ['xl/styles.xml', stylesXml()],
  ];
}

/** In the order of `styles` of the cells: plain, days, times, times with a fraction, texts as they are, heads. */
function stylesXml(): string {
  const format = (id: number, code: string) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`;
  const cell = (more: string) => `<xf borderId="0" fillId="0" xfId="0" ${more}/>`;
  return [
    `${xml}<styleSheet xmlns="${main}">`,
    `<numFmts count="3">${format(164, 'yyyy\\-mm\\-dd')}${format(165, 'yyyy\\-mm\\-dd\\ hh:mm:ss')}${format(166, 'yyyy\\-mm\\-dd\\ hh:mm:ss.000')}</numFmts>`,
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
    '<cellXfs count="6">',
    cell('numFmtId="0" fontId="0"'),
    ...[164, 165, 166].map((id) => cell(`numFmtId="${id}" fontId="0" applyNumberFormat="1"`)),
    cell('numFmtId="0" fontId="0" quotePrefix="1"'),
    cell('numFmtId="0" fontId="1" applyFont="1"'),
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
  ].join('');
}
