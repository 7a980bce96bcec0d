import { linearPattern } from './linear-pattern.ts';

/** A test for SQL's LIKE: % stands for any characters, _ for one. */
export function likeTest(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const parts = [...pattern].map((char) => {
    if (char === '%') return '.*';
    if (char === '_') return '.';
    return `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return linearPattern(`(?s${ignoreCase ? 'i' : ''})^${parts.join('')}$`);
}
