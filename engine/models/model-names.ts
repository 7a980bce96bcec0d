import { AliasName, ModelName } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';

/** `name@alias`, `name/1.2.0` or `name`; names hold neither sign. `version` is `1.2.0`, `@alias` or null. */
export function parseRef(ref: string): { name: string; version: string | null } {
  const at = ref.indexOf('@');
  if (at >= 0) return { name: ref.slice(0, at), version: ref.slice(at) };
  const slash = ref.indexOf('/');
  return slash < 0
    ? { name: ref, version: null }
    : { name: ref.slice(0, slash), version: ref.slice(slash + 1) };
}

/** Throws request/invalid. */
export function checkName(name: string): void {
  const parsed = ModelName.safeParse(name);
  if (parsed.success) return;
  const message = parsed.error.issues.map((issue) => issue.message).join('; ');
  throw new AssayError('request/invalid', `"${name}" is no name for a model: ${message}`, {
    problems: [{ path: 'model', message }],
  });
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
