import { parseDocument } from 'yaml';
import type { Problem } from '../../../../local-api/contract/index.ts';
import { problemWords } from '../draft-problems.ts';
import type { RecipeText } from '../written-recipes.ts';
import { type DataVersion, namesVersion, pathOfPointer, placeOf, readText } from './recipe-text.ts';

/** A fault of a recipe with its place in the text. */
export type RecipeMark = {
  from: number;
  to: number;
  severity: 'error' | 'warning';
  /** Counted from 1. */
  line: number;
  /** The field, as people write it: `trainer.trees`; empty for faults of the text itself. */
  field: string;
  message: string;
};

/**
 * The faults of a text; without any, those that the engine found in what it says, in the order of the text. A recipe for other data
 * than those of the page has a fault too: columns are completed and the form is filled from the data of the page.
 */
export function marksOf(
  { text, format }: Pick<RecipeText, 'text' | 'format'>,
  found: readonly Problem[],
  version: DataVersion,
): RecipeMark[] {
  const { value, faults } = readText(text, format);
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  if (faults.length > 0) {
    return faults.map((fault) => ({ ...fault, severity: 'error', line: lineAt(fault.from), field: '' }));
  }
  const named: unknown = Object(value).dataset;
  const isOther = typeof named === 'string' && named !== version.id && !namesVersion(value, version);
  const problems = [
    ...found.filter(({ path }) => !(isOther && path === '/recipe/dataset')),
    ...(isOther ? [{ path: '/recipe/dataset', message: 'names other data than this page is open for' }] : []),
  ];
  const document = parseDocument(text);
  const marks = problems.map((problem): RecipeMark => {
    const path = pathOfPointer(problem.path);
    const isName = /^is (not a field|not a possible name|missing)/.test(problem.message);
    const place = placeOf(document, path, isName ? 'name' : 'value');
    const message = problemWords(problem);
    return { ...place, severity: 'error', line: lineAt(place.from), field: path.join('.'), message };
  });
  return marks.sort((a, b) => a.from - b.from);
}
