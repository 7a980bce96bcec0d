import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFormat } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { withoutSecrets } from '../../secrets/index.ts';
import { detectFormat, type Origin, type SourceFile, type SourcePart, sourceFile } from '../source.ts';
import type { GatherContext } from './gather-context.ts';
import { findFiles } from './local-files.ts';
import type { ResolvedSource } from './resolved-source.ts';
import { together } from './together.ts';

/**
 * Brings the rows of a source to where DuckDB can read them: files that it reads stand where they are, all else is
 * written to the folder given. Streams: memory does not grow with the rows. For job processes: workbooks, SQLite files
 * and Arrow files keep the thread busy.
 *
 * Errors: those of the kind of source, without secrets in their texts.
 */
export async function gather(source: ResolvedSource, context: GatherContext): Promise<SourceFile> {
  try {
    const file = await fetchFiles(source, context);
    if (file.madeBefore !== undefined) return file;
    const converted = await convertFiles(file, context);
    return file.dvc === undefined ? converted : { ...converted, dvc: file.dvc };
  } catch (thrown) {
    throw clean(thrown, source.hidden);
  }
}

/** A preview of many files looks at so many. */
const PREVIEW_FILES = 10;

async function fetchFiles(source: ResolvedSource, context: GatherContext): Promise<SourceFile> {
  switch (source.kind) {
    case 'file':
      return sourceFile(source.path, source.name);
    case 'paths': {
      const { parts, warnings } = await findFiles(source.path);
      if (context.headRows === null || parts.length <= PREVIEW_FILES)
        return together(parts, source.name, warnings);
      const first = `The preview looks at the first ${PREVIEW_FILES} of ${parts.length} files`;
      return together(parts.slice(0, PREVIEW_FILES), source.name, [...warnings, first]);
    }
    case 'text': {
      const path = join(context.folder, 'pasted.txt');
      await writeFile(path, source.text);
      return { path, name: source.name, sizeBytes: Buffer.byteLength(source.text) };
    }
    case 'postgres':
      return (await import('./databases/postgres.ts')).gatherPostgres(source, context);
    case 'mysql':
      return (await import('./databases/mysql.ts')).gatherMysql(source, context);
    case 'http':
      return (await import('./http/http.ts')).gatherHttp(source, context);
    case 'object':
      return (await import('./objects/objects.ts')).gatherObjects(source, context);
    case 'dvc':
      return (await import('./dvc.ts')).gatherDvc(source, context);
  }
}

/** Whether files of this format become a staged CSV first. */
export function isConverted(format: FileFormat): format is 'excel' | 'arrow' | 'sqlite' {
  return format === 'excel' || format === 'arrow' || format === 'sqlite';
}

async function convertFiles(file: SourceFile, context: GatherContext): Promise<SourceFile> {
  const { parts = [file] } = file;
  const [first] = parts;
  if (first === undefined || first.staged !== undefined) return file;
  const format = await detectFormat(first, context.read.format);
  if (!isConverted(format)) return file;
  const converted: SourceFile[] = [];
  for (const [index, part] of parts.entries()) converted.push(await convert(part, format, context, index));
  if (file.parts === undefined) return converted[0] ?? file;
  const origins = converted.flatMap(({ origin }) => origin ?? []);
  const origin: Origin = {
    format,
    tables: [...new Set(origins.flatMap(({ tables }) => tables))],
    options: { format },
    warnings: [...(file.origin?.warnings ?? []), ...new Set(origins.flatMap(({ warnings }) => warnings))],
  };
  return { ...file, ...converted[0], name: file.name, sizeBytes: file.sizeBytes, parts: converted, origin };
}

async function convert(
  part: SourcePart,
  format: 'excel' | 'arrow' | 'sqlite',
  context: GatherContext,
  index: number,
): Promise<SourceFile> {
  context.progress(null, `Reading ${part.name}`);
  switch (format) {
    case 'excel':
      return (await import('./excel/excel.ts')).gatherExcel(part, context, index);
    case 'arrow':
      return (await import('./arrow/arrow.ts')).gatherArrow(part, context, index);
    case 'sqlite':
      return (await import('./sqlite.ts')).gatherSqlite(part, context, index);
  }
}

/** The same error, its texts without secrets. */
function clean(thrown: unknown, hidden: readonly string[]): unknown {
  if (hidden.length === 0) return thrown;
  if (thrown instanceof AssayError) {
    return new AssayError(thrown.code, withoutSecrets(thrown.message, hidden), {
      hint: withoutSecrets(thrown.hint, hidden),
      ...(thrown.problems === undefined ? {} : { problems: thrown.problems }),
    });
  }
  return thrown instanceof Error ? new Error(withoutSecrets(thrown.message, hidden)) : thrown;
}
