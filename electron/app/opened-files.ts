import { extname, isAbsolute } from 'node:path';

const endings = new Set(['.csv', '.tsv', '.json', '.jsonl', '.ndjson', '.parquet', '.onnx']);

/** The files among the arguments of a start that the workbench can open. Options and unknown endings are left out. */
export function openableFiles(argv: readonly string[]): string[] {
  return argv.filter((argument) => isAbsolute(argument) && endings.has(extname(argument).toLowerCase()));
}
