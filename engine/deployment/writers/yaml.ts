import { stringify } from 'yaml';

/**
 * YAML that parsers of both 1.1 and 1.2 read alike: texts such as "on" or "0123" are quoted, and nothing is anchored or
 * folded. The same value gives the same bytes, with one line end at the end.
 */
export function yamlOf(value: unknown): string {
  return stringify(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false, lineWidth: 0 });
}
