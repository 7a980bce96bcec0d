import type { TextShape } from '../../../local-api/contract/index.ts';
import { edgesOf, numberBins } from '../../statistics/index.ts';
import type { CategoryColumn } from './sample.ts';

const MOST_VARIANT_GROUPS = 10;
const MOST_IN_GROUP = 8;
const LONGEST_TEXT = 200;
/** Characters looked at in all for the scripts. */
const MOST_CHARACTERS = 400_000;

/** What the texts of a sampled column are made of. Null when there is none. Cost: grows with the different texts. */
export function textShape(column: CategoryColumn): TextShape | null {
  const counts = new Int32Array(column.labels.length);
  for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  const values = column.codes.length - column.missing;
  if (values === 0) return null;
  let blank = 0;
  let padded = 0;
  const words = { min: Number.POSITIVE_INFINITY, sum: 0, max: 0 };
  const lengths: number[] = [];
  for (const [code, label] of column.labels.entries()) {
    const n = counts[code] as number;
    const trimmed = label.trim();
    if (trimmed === '') blank += n;
    else if (trimmed.length < label.length) padded += n;
    const count = trimmed === '' ? 0 : trimmed.split(/\s+/u).length;
    words.min = Math.min(words.min, count);
    words.max = Math.max(words.max, count);
    words.sum += n * count;
    lengths.push(characters(label));
  }
  return {
    values,
    lengths: lengthHistogram(lengths, counts),
    words: { min: words.min, mean: words.sum / values, max: words.max },
    blank,
    padded,
    scripts: scriptsOf(column.labels, counts),
    variants: variantsOf(column.labels, counts),
  };
}

/** Code points, as DuckDB's `length` and Python's `len` count. */
function characters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}

function lengthHistogram(lengths: readonly number[], counts: Int32Array): TextShape['lengths'] {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const length of lengths) {
    min = Math.min(min, length);
    max = Math.max(max, length);
  }
  const bins = numberBins({ min, max, p01: null, p99: null, isInteger: true });
  if (bins === null) return { edges: [min - 0.5, max + 0.5], counts: [counts.reduce((a, b) => a + b, 0)] };
  const binned = new Array<number>(bins.count).fill(0);
  for (const [code, length] of lengths.entries()) {
    const place = Math.min(bins.count - 1, Math.max(0, Math.floor((length - bins.start) / bins.step)));
    binned[place] = (binned[place] as number) + (counts[code] as number);
  }
  return { edges: edgesOf(bins), counts: binned };
}

const scripts: readonly [string, RegExp][] = [
  ['Latin', /\p{Script=Latin}/u],
  ['digits', /\p{Nd}/u],
  ['spaces', /\s/u],
  ['punctuation', /[\p{P}\p{S}]/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Han', /\p{Script=Han}/u],
  ['Kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['Hangul', /\p{Script=Hangul}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['control', /\p{Cc}/u],
];

function scriptsOf(labels: readonly string[], counts: Int32Array): TextShape['scripts'] {
  const known = new Map<string, string>();
  const found = new Map<string, number>();
  let looked = 0;
  let total = 0;
  for (const [code, label] of labels.entries()) {
    const n = counts[code] as number;
    for (const character of label.slice(0, LONGEST_TEXT)) {
      let script = known.get(character);
      if (script === undefined) {
        script = scripts.find(([, pattern]) => pattern.test(character))?.[0] ?? 'other';
        known.set(character, script);
      }
      found.set(script, (found.get(script) ?? 0) + n);
      total += n;
      looked++;
    }
    if (looked > MOST_CHARACTERS) break;
  }
  return [...found]
    .map(([script, count]) => ({ script, share: count / total }))
    .sort((a, b) => b.share - a.share || a.script.localeCompare(b.script));
}

/** Values that are one and the same but for capitals, accents' composition and spaces. */
function variantsOf(labels: readonly string[], counts: Int32Array): TextShape['variants'] {
  const groups = new Map<string, number[]>();
  for (const [code, label] of labels.entries()) {
    const key = label.normalize('NFKC').trim().replace(/\s+/gu, ' ').toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [code]);
    else group.push(code);
  }
  return [...groups]
    .filter(([key, group]) => key !== '' && group.length > 1)
    .map(([, group]) =>
      group
        .map((code) => ({
          value: (labels[code] as string).slice(0, LONGEST_TEXT),
          count: counts[code] as number,
        }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    )
    .sort((a, b) => total(b) - total(a))
    .slice(0, MOST_VARIANT_GROUPS)
    .map((group) => group.slice(0, MOST_IN_GROUP));
}

function total(group: readonly { count: number }[]): number {
  return group.reduce((sum, { count }) => sum + count, 0);
}
