import { posix } from 'node:path';
import { AliasName } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';

const maxNameLength = 256;

/** `name@alias`, `name/1.2.0` or `name`; names hold no slash. `version` is `1.2.0`, `@alias` or null. */
export function parseRef(ref: string): { name: string; version: string | null } {
  const slash = ref.indexOf('/');
  if (slash >= 0) return { name: ref.slice(0, slash), version: ref.slice(slash + 1) };
  const at = ref.lastIndexOf('@');
  return at < 0 ? { name: ref, version: null } : { name: ref.slice(0, at), version: ref.slice(at) };
}

/** What MLflow's clients may call a model, which is more than our own API lets through. Throws request/invalid. */
export function checkName(name: string): void {
  const fault = faultOfName(name);
  if (fault === null) return;
  throw new AssayError('request/invalid', `"${name.slice(0, 300)}" is no name for a model: ${fault}`, {
    problems: [{ path: 'model', message: fault }],
  });
}

function faultOfName(name: string): string | null {
  if (name.trim() === '') return 'it is blank';
  if (name.length > maxNameLength) return `it has more than ${maxNameLength} characters`;
  if (/[/:\\\p{Cc}]/u.test(name)) return 'it has a slash, a backslash, a colon or a control character';
  return name === '.' || name === '..' || posix.normalize(name) !== name ? 'it reads as a path' : null;
}

/** Throws request/invalid with every fault. */
export function checkAliases(aliases: readonly string[]): void {
  const problems = aliases.flatMap((alias) => {
    const parsed = AliasName.safeParse(alias);
    if (parsed.success) return [];
    return parsed.error.issues.map(({ message }) => ({ path: 'alias', message: `"${alias}": ${message}` }));
  });
  if (problems.length > 0)
    throw new AssayError('request/invalid', problems.map(({ message }) => message).join('; '), { problems });
}
