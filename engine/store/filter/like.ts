import { sql } from 'kysely';
import type { Sql } from '../listing/listing-spec.ts';

/** The parts of a pattern: % any text, _ one character, and a backslash before either makes it plain. */
function* partsOf(pattern: string): Generator<{ wildcard: boolean; char: string }> {
  let escaped = false;
  for (const char of pattern) {
    if (!escaped && char === '\\') {
      escaped = true;
      continue;
    }
    yield { wildcard: !escaped && (char === '%' || char === '_'), char };
    escaped = false;
  }
  if (escaped) yield { wildcard: false, char: '\\' };
}

/** `like` minds case and can use an index; it becomes GLOB, since LIKE of SQLite never minds case. */
function globOf(pattern: string): string {
  let glob = '';
  for (const { wildcard, char } of partsOf(pattern)) {
    if (wildcard) glob += char === '%' ? '*' : '?';
    else glob += '*?['.includes(char) ? `[${char}]` : char;
  }
  return glob;
}

/** The pattern with each plain wildcard, and the escape sign itself, escaped. */
function escapedLike(pattern: string): string {
  let like = '';
  for (const { wildcard, char } of partsOf(pattern)) {
    like += !wildcard && '%_\\'.includes(char) ? `\\${char}` : char;
  }
  return like;
}

/** `text like pattern`, as SQL with the pattern as a parameter. */
export function likeExpression(text: Sql, pattern: string, ignoreCase: boolean): Sql {
  if (!ignoreCase) return sql`${text} GLOB ${globOf(pattern)}`;
  const isAscii = [...pattern].every((char) => char <= '\u007f');
  return isAscii
    ? sql`${text} LIKE ${escapedLike(pattern)} ESCAPE '\\'`
    : sql`assay_fold(${text}) LIKE ${escapedLike(pattern.toLowerCase())} ESCAPE '\\'`;
}
