export { MOST_SHEET_ROWS } from './sheet-xml.ts';
export { fileEnding, writeTableFile } from './write-table-file.ts';
