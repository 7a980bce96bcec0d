import type { Problem } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { expectedNames } from '../filter/near-names.ts';
import { parseFieldList } from '../filter/parser.ts';
import type { ListingSpec } from './listing-spec.ts';

/** What a caller wants of each item. */
export type FieldSelection = {
  /** Whether a plain field is wanted. */
  has(field: string): boolean;
  /** Whether a plain field was named, which "everything" does not: for what costs a query of its own. */
  names(field: string): boolean;
  /** Which keys of a family are wanted; an empty set when none is. */
  keys(family: string): 'all' | ReadonlySet<string>;
};

const everything: FieldSelection = { has: () => true, names: () => false, keys: () => 'all' };

/** Runs a parser on a query parameter and names the parameter in what it throws. */
export function inParameter<T>(parameter: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw new AssayError('request/invalid', `"${parameter}": ${thrown.message}`, {
      problems: (thrown.problems ?? []).map((problem) => ({
        ...problem,
        path: parameter,
        message: `at offset ${problem.path}: ${problem.message}`,
      })),
    });
  }
}

/**
 * Reads `name,metrics.auc,params.*`; everything when the text is left out. A family alone means all its keys.
 * Throws request/invalid with every name that is not known.
 */
export function parseFields(spec: ListingSpec, text: string | undefined): FieldSelection {
  if (text === undefined || text.trim() === '') return everything;
  const fields = new Set<string>();
  const keys = new Map<string, 'all' | Set<string>>();
  const families = Object.keys(spec.families ?? {});
  const names = [...Object.keys(spec.fields), ...(spec.otherFields ?? [])];
  const problems: Problem[] = [];
  for (const ref of inParameter('fields', () => parseFieldList(text))) {
    const family = ref.family ?? (families.includes(ref.key) ? ref.key : null);
    if (family === null && names.includes(ref.key)) {
      fields.add(ref.key);
    } else if (family !== null && families.includes(family)) {
      const wanted = keys.get(family) ?? new Set<string>();
      if (ref.family === null || ref.key === '*') keys.set(family, 'all');
      else if (wanted !== 'all') keys.set(family, wanted.add(ref.key));
    } else {
      problems.push({
        path: 'fields',
        message: `there is no field "${ref.text}"`,
        expected: expectedNames(ref.text, [...names, ...families.map((name) => `${name}.<key>`)]),
      });
    }
  }
  if (problems.length > 0) {
    throw new AssayError('request/invalid', `"fields": ${problems[0]?.message}.`, { problems });
  }
  const has = (field: string) => fields.has(field);
  return { has, names: has, keys: (family) => keys.get(family) ?? new Set() };
}
