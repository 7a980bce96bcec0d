import type { TextDrift } from '../../../local-api/contract/index.ts';
import { areaOf } from '../multivariate/domain-classifier.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { textScores } from '../text/text-classifier.ts';
import { countWords, typicalWords, wordsOf } from '../text/word-scores.ts';
import { columnOf, type Frame } from '../windows/frame.ts';
import { someRows } from './multivariate.ts';

const LEVEL = 0.05;
const LEAST_AUC = 0.55;
const MOST_TEXTS = 4000;
const FEWEST_TEXTS = 30;
const MOST_WORDS = 15;
const MOST_EXAMPLES = 5;
const EXAMPLE_CHARACTERS = 300;

/** Free text: mostly different values of several words. */
export function isFreeText(frame: Frame, name: string): boolean {
  const column = columnOf(frame, name);
  if (column?.role !== 'category') return false;
  const known = column.codes.filter((code) => code >= 0).length;
  const used = new Set(column.codes.filter((code) => code >= 0));
  if (known < FEWEST_TEXTS || used.size < known / 4) return false;
  let words = 0;
  for (const code of used) words += wordsOf(column.categories[code] ?? '').length;
  return words / used.size >= 3;
}

/**
 * Columns of free text: how well a classifier on words and pairs of words tells the windows apart on texts that it did not learn
 * from, with DeLong's interval and p-value (Benjamini–Hochberg over the columns), and what is typical of each side.
 */
export function textDrift(
  whole: { reference: Frame; current: Frame },
  names: readonly string[],
  seed: number,
): TextDrift {
  const reference = someRows(whole.reference, MOST_TEXTS, seed);
  const current = someRows(whole.current, MOST_TEXTS, seed + 1);
  const compared = names
    .filter((name) => isFreeText(reference, name) && isFreeText(current, name))
    .map((name) => compareTexts(name, textsOf(reference, name), textsOf(current, name), seed));
  if (compared.length === 0) return { status: 'skipped', reason: 'No column holds free text on both sides.' };
  const corrected = benjaminiHochberg(compared.map(({ pValue }) => pValue));
  const columns = compared.map((column, i) => {
    const pValue = corrected[i] ?? 1;
    return { ...column, pValue, drifted: pValue <= LEVEL && column.auc >= LEAST_AUC };
  });
  const drifted = columns.filter((column) => column.drifted);
  return {
    status: 'done',
    drifted: drifted.length > 0,
    finding:
      drifted.length > 0
        ? drifted
            .map(
              ({ name, auc, current: words }) =>
                `The texts of ${name} changed (AUC ${auc.toFixed(3)})${
                  words.length > 0
                    ? `: now more of ${words
                        .slice(0, 3)
                        .map(({ word }) => `“${word}”`)
                        .join(', ')}`
                    : ''
                }.`,
            )
            .join(' ')
        : `The texts of ${columns.map(({ name }) => name).join(', ')} read as before.`,
    columns,
  };
}

function compareTexts(name: string, reference: readonly string[], current: readonly string[], seed: number) {
  const before = reference.map(wordsOf);
  const after = current.map(wordsOf);
  const scores = textScores([...before, ...after], before.length, seed);
  const area = areaOf(scores, (row) => row >= before.length);
  const words = typicalWords(countWords(before), countWords(after), MOST_WORDS);
  const typical = (texts: readonly string[], from: number, sign: number): string[] =>
    texts
      .map((text, i) => ({ text, score: sign * (scores[from + i] as number), i }))
      .sort((a, b) => b.score - a.score || a.i - b.i)
      .slice(0, MOST_EXAMPLES)
      .map(({ text }) => (text.length > EXAMPLE_CHARACTERS ? `${text.slice(0, EXAMPLE_CHARACTERS)}…` : text));
  return {
    name,
    ...area,
    ...words,
    examples: { reference: typical(reference, 0, -1), current: typical(current, before.length, 1) },
  };
}

function textsOf(frame: Frame, name: string): string[] {
  const column = columnOf(frame, name);
  if (column?.role !== 'category') return [];
  return Array.from(column.codes, (code) => column.categories[code]).filter((text) => text !== undefined);
}
