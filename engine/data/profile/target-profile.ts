import type { ColumnProfile, Finding, TargetProfile } from '../../../local-api/contract/index.ts';
import { contingencyOf, correlationRatio, cramersV, uncertaintyCoefficient } from '../../statistics/index.ts';
import { rankColumn, rankCorrelation } from './associations.ts';
import type { CategoryColumn, NumberColumn } from './sample.ts';
import { targetFindings } from './target-findings.ts';

/** Numbers are cut into so many parts of equal size where they are counted. */
const PARTS = 10;
const MOST_CLASSES = 50;
/** Rarer labels of a category are counted together. */
const MOST_LABELS = 100;

/** A number target has more different values; fewer are classes, as in training. */
const FEWEST_NUMBERS = 20;

export function targetKind(column: ColumnProfile): TargetProfile['kind'] {
  const isNumber = column.type === 'float' || column.type === 'integer';
  return isNumber && column.distinct > FEWEST_NUMBERS ? 'number' : 'category';
}

export type SampledColumn =
  | { profile: ColumnProfile; kind: 'number'; column: NumberColumn }
  | { profile: ColumnProfile; kind: 'category'; column: CategoryColumn };

/**
 * How every other column goes with the target: a measure of its own (Spearman's correlation, Cramér's V or the correlation
 * ratio), and the share of what there is to know about the target that it tells alone. Over the rows of the sample.
 */
export function targetProfile(
  target: SampledColumn,
  others: readonly SampledColumn[],
  rows: number,
): TargetProfile {
  const outcome = codesOf(target);
  const relations = others.map((other) => ({
    name: other.profile.name,
    ...measureOf(other, target),
    information: informationOf(other, outcome),
  }));
  relations.sort(
    (a, b) =>
      (b.information ?? -1) - (a.information ?? -1) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const { profile, kind } = target;
  const classes = kind === 'category' ? profile.topValues.slice(0, MOST_CLASSES) : [];
  const findings: Finding[] = targetFindings(profile, kind, relations, others);
  return { column: profile.name, kind, classes, relations, findings, rows };
}

type Measure = Pick<TargetProfile['relations'][number], 'measure' | 'value'>;

function measureOf(other: SampledColumn, target: SampledColumn): Measure {
  if (other.kind === 'number' && target.kind === 'number') {
    const value = rankCorrelation(rankColumn(other.column), rankColumn(target.column));
    return { measure: 'spearman', value: finite(value) };
  }
  if (other.kind === 'category' && target.kind === 'category') {
    const [x, y] = [codesOf(other), codesOf(target)];
    return { measure: 'cramers-v', value: finite(cramersV(contingencyOf(x.codes, y.codes, sizes(x, y)))) };
  }
  const [category, number] = other.kind === 'category' ? [other, target] : [target, other];
  if (number.kind !== 'number') return { measure: 'correlation-ratio', value: null };
  const { codes, size } = codesOf(category);
  return {
    measure: 'correlation-ratio',
    value: finite(correlationRatio(codes, size, number.column.values)),
  };
}

type Codes = { codes: Int32Array; size: number };

function sizes(x: Codes, y: Codes): { rows: number; columns: number } {
  return { rows: x.size, columns: y.size };
}

/** By how much the column lessens what is unknown of the target; a column whose values hardly repeat cannot be told from chance. */
function informationOf(other: SampledColumn, outcome: Codes): number | null {
  const isSparse = other.kind === 'category' && other.profile.distinct > Math.max(2, other.profile.count / 5);
  if (isSparse) return null;
  const known = codesOf(other);
  return finite(uncertaintyCoefficient(contingencyOf(known.codes, outcome.codes, sizes(known, outcome))));
}

function codesOf(one: SampledColumn): Codes {
  return one.kind === 'number' ? partsOf(one.column) : frequentCodes(one.column);
}

/** The hundred most frequent labels, and the rest as one. */
function frequentCodes({ codes, labels }: CategoryColumn): Codes {
  if (labels.length <= MOST_LABELS) return { codes, size: labels.length };
  const counts = new Int32Array(labels.length);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  const byCount = Array.from(labels.keys()).sort(
    (a, b) => (counts[b] as number) - (counts[a] as number) || a - b,
  );
  const codeOf = new Int32Array(labels.length).fill(MOST_LABELS);
  for (const [place, label] of byCount.slice(0, MOST_LABELS).entries()) codeOf[label] = place;
  return {
    codes: codes.map((code) => (code < 0 ? -1 : (codeOf[code] as number))),
    size: MOST_LABELS + 1,
  };
}

/** Ten parts with about as many values each; equal values stay together. Few different values are a part each. */
function partsOf({ values, missing }: NumberColumn): Codes {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const n = values.length - missing;
  const edges: number[] = [];
  for (let part = 1; part < PARTS; part++) {
    const edge = sorted[Math.floor((part * n) / PARTS)] as number;
    if (edge !== edges.at(-1) && edge !== sorted[0]) edges.push(edge);
  }
  const codes = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) {
      codes[row] = -1;
      continue;
    }
    let part = 0;
    while (part < edges.length && value >= (edges[part] as number)) part++;
    codes[row] = part;
  }
  return { codes, size: edges.length + 1 };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
