import type { FairnessGroup, FairnessOfColumn, Rate } from '../../../local-api/contract/index.ts';
import { seededRandom, wilsonInterval } from '../../statistics/index.ts';
import type { ClassificationAnswers } from './class-metrics.ts';
import type { ColumnPart } from './column-parts.ts';
import type { IntervalOptions } from './metric-intervals.ts';
import { groupsOf, type SliceOptions } from './slices.ts';

/** Of the resamples, so many draws in all at most. */
const MOST_DRAWS = 1e8;

/** By what truth and answer a row is: not positive and not answered so, then answered so; positive, then both. */
type Cells = Float64Array;

/**
 * How the answers differ between groups (Hardt, Price and Srebro 2016): rates a group with Wilson intervals, and the
 * differences between the groups that are not small, with percentile bootstrap intervals (rows drawn within each group).
 * Two classes only. Rows count the same whatever their weight. Cost: resamples × rows.
 */
export async function fairnessOf(
  columns: readonly string[],
  answers: ClassificationAnswers,
  options: SliceOptions,
): Promise<FairnessOfColumn[]> {
  const found: FairnessOfColumn[] = [];
  for (const column of columns)
    found.push(await ofColumn(column, groupsOf(column, options), answers, options));
  return found;
}

async function ofColumn(
  column: string,
  parts: readonly ColumnPart[],
  answers: ClassificationAnswers,
  { smallGroup, ...options }: SliceOptions,
): Promise<FairnessOfColumn> {
  const cells = parts.map(({ rows }) => cellsOf(rows, answers));
  const groups = parts.map(({ name, rows }, i) =>
    groupOf(name, cells[i] as Cells, rows.length < smallGroup, options.confidence),
  );
  const large = cells.filter((_, i) => groups[i]?.isSmall === false);
  const compared = large.length >= 2 ? large : cells;
  const differences = differencesOf(compared);
  const draws = await drawDifferences(compared, options);
  const told = (pick: (of: Differences) => number | null) => {
    const value = pick(differences);
    if (value === null) return null;
    const drawn = Float64Array.from(draws.flatMap((one) => pick(one) ?? [])).sort();
    const at = (chance: number) =>
      drawn[Math.min(drawn.length - 1, Math.floor(chance * drawn.length))] ?? null;
    return { value, low: at((1 - options.confidence) / 2), high: at((1 + options.confidence) / 2) };
  };
  return {
    column,
    groups,
    demographicParityDifference: told((of) => of.parity) ?? { value: 0, low: null, high: null },
    demographicParityRatio: told((of) => of.parityRatio),
    equalOpportunityDifference: told((of) => of.opportunity),
    equalisedOddsDifference: told((of) => of.odds),
    warnings: warningsAbout(groups, large.length, smallGroup),
  };
}

function warningsAbout(groups: readonly FairnessGroup[], large: number, smallGroup: number): string[] {
  const small = groups.filter(({ isSmall }) => isSmall).map(({ name }) => `"${name}"`);
  if (groups.length < 2) return ['All test rows are of one group: there is nothing to compare.'];
  if (small.length === 0) return [];
  const which = small.length > 8 ? `${small.slice(0, 8).join(', ')} and others` : small.join(', ');
  return large >= 2
    ? [`Fewer than ${smallGroup} test rows: ${which}. The differences leave them out.`]
    : [`Fewer than ${smallGroup} test rows: ${which}. The differences may be nothing but chance.`];
}

function cellsOf(
  rows: readonly number[],
  { classes, positive, truth, labels }: ClassificationAnswers,
): Cells {
  const c = classes.indexOf(positive ?? '');
  const cells = new Float64Array(4);
  for (const row of rows) {
    const cell = (truth[row] === c ? 2 : 0) + (labels[row] === c ? 1 : 0);
    cells[cell] = (cells[cell] as number) + 1;
  }
  return cells;
}

function groupOf(name: string, cells: Cells, isSmall: boolean, confidence: number): FairnessGroup {
  const [trueNegative = 0, falsePositive = 0, falseNegative = 0, truePositive = 0] = cells;
  const rate = (hits: number, of: number): Rate | null =>
    of === 0 ? null : { value: hits / of, ...wilsonInterval(hits, of, confidence), of };
  const rows = trueNegative + falsePositive + falseNegative + truePositive;
  const selected = truePositive + falsePositive;
  return {
    name,
    rows,
    isSmall,
    selectionRate: rate(selected, rows) ?? { value: 0, low: 0, high: 1, of: 0 },
    truePositiveRate: rate(truePositive, truePositive + falseNegative),
    falsePositiveRate: rate(falsePositive, falsePositive + trueNegative),
    precision: rate(truePositive, selected),
  };
}

type Differences = {
  parity: number;
  parityRatio: number | null;
  opportunity: number | null;
  odds: number | null;
};

/** Largest less smallest rate; null where fewer than two groups have one. */
function differencesOf(groups: readonly Cells[]): Differences {
  const rates = (hits: (cells: Cells) => number, of: (cells: Cells) => number) =>
    groups.flatMap((cells) => (of(cells) > 0 ? [hits(cells) / of(cells)] : []));
  const at = (place: number) => (cells: Cells) => cells[place] as number;
  const selection = rates(
    (cells) => at(1)(cells) + at(3)(cells),
    (cells) => cells.reduce((sum, count) => sum + count, 0),
  );
  const hits = rates(at(3), (cells) => at(2)(cells) + at(3)(cells));
  const alarms = rates(at(1), (cells) => at(0)(cells) + at(1)(cells));
  const spread = (values: readonly number[]) =>
    values.length < 2 ? null : Math.max(...values) - Math.min(...values);
  const most = Math.max(...selection);
  const [opportunity, alarm] = [spread(hits), spread(alarms)];
  return {
    parity: spread(selection) ?? 0,
    parityRatio: selection.length >= 2 && most > 0 ? Math.min(...selection) / most : null,
    opportunity,
    odds: opportunity === null || alarm === null ? null : Math.max(opportunity, alarm),
  };
}

/** Draws the rows of each group anew: a multinomial draw of its four cells. */
async function drawDifferences(
  groups: readonly Cells[],
  { resamples, seed, pause }: Pick<IntervalOptions, 'resamples' | 'seed' | 'pause'>,
): Promise<Differences[]> {
  const random = seededRandom(seed, 'evaluation/fairness');
  const rows = groups.map((cells) => cells.reduce((sum, count) => sum + count, 0));
  const total = rows.reduce((sum, count) => sum + count, 0);
  const count = Math.min(resamples, Math.max(200, Math.floor(MOST_DRAWS / Math.max(1, total))));
  const draws: Differences[] = [];
  for (let draw = 0; draw < Math.min(count, resamples); draw++) {
    const drawn = groups.map((cells, group) => {
      const n = rows[group] as number;
      const ends = cells.map((_, cell) => cells.slice(0, cell + 1).reduce((sum, one) => sum + one, 0) / n);
      const [a, b, c] = [ends[0] as number, ends[1] as number, ends[2] as number];
      const next = new Float64Array(4);
      for (let i = 0; i < n; i++) {
        const u = random.next();
        const cell = u < b ? (u < a ? 0 : 1) : u < c ? 2 : 3;
        next[cell] = (next[cell] as number) + 1;
      }
      return next;
    });
    draws.push(differencesOf(drawn));
    await pause();
  }
  return draws;
}
