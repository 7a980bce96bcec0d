import type { z } from 'zod';
import type { Problem } from '../contract/index.ts';

type Issue = z.core.$ZodIssue;

export type Path = readonly PropertyKey[];
/** How a place in the checked value is written. */
export type PathOf = (path: Path) => string;

export const byName: PathOf = (path) => path.map(String).join('.');

/** RFC 6901; the whole document is the empty string. */
export const jsonPointer: PathOf = (path) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** An issue of zod in words that continue the name of the field: "limit: must be at least 1". */
export function problemOf(issue: Issue, pathOf: PathOf): Problem {
  const told = mostLikely(issue);
  const expected = expectationOf(told);
  return { path: pathOf(told.path), message: sentenceOf(told), ...(expected ? { expected } : {}) };
}

/** Of the branches of a union the one that was nearly met says more than "invalid input". */
function mostLikely(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const depth = (branch: Issue[]) => Math.max(...branch.map((one) => one.path.length));
  const best = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0]?.[0];
  if (!best || best.path.length === 0) return issue;
  return mostLikely({ ...best, path: [...issue.path, ...best.path] });
}

function sentenceOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${withArticle(issue.expected)}`;
    case 'too_small':
      return `must ${sizeOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${sizeOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_value':
    case 'invalid_union': {
      const expected = expectationOf(issue);
      return expected ? `must be ${expected}` : 'has none of the forms that are possible here';
    }
    case 'invalid_key':
      return `is not a possible name: ${issue.issues.map(sentenceOf).join('; ')}`;
    default:
      return issue.message.replace(/^Invalid (?:input|string): /, '');
  }
}

function sizeOf(origin: string, relation: string, size: number | bigint): string {
  if (origin === 'string') return `have ${relation} ${size} characters`;
  if (origin === 'array' || origin === 'set') return `have ${relation} ${size} items`;
  return `be ${relation} ${size}`;
}

function withArticle(type: string): string {
  if (type === 'int') return 'an integer';
  if (type === 'record') return 'an object';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function expectationOf(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_union': {
      const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
      if (options.length > 0) return options.map((option) => JSON.stringify(option)).join(' or ');
      return [
        ...new Set(issue.errors.flatMap((branch) => (branch[0] && expectationOf(branch[0])) ?? [])),
      ].join(' or ');
    }
    default:
      return undefined;
  }
}
