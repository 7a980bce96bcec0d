import { type BinnedColumn, sharesOf, shiftOf } from './binned-columns.ts';

export type FoundSlice = { text: string; sql: string; reference: number; current: number; explains: number };

type Candidate = FoundSlice & {
  columns: readonly string[];
  /** 0 for rows of the slice. */
  outside: { reference: Uint8Array; current: Uint8Array };
  /** How much more of the shift goes with the rows than their share alone would take. */
  gain: number;
};

/** A slice of more rows tells nobody where to look. */
const LARGEST = 0.5;
const SMALLEST = 0.01;
const LEAST_EXPLAINED = 0.25;
const BEST_SINGLES = 8;
/** A second condition has to add this much. */
const LEAST_MORE = 0.05;
const MOST_SHOWN = 5;

/**
 * Where a shift lies: conditions on one column (a value, or a range between quantiles) or on two, such that without the rows for which
 * they hold much of the shift of the drifted columns is gone. The shift is the squared Jensen–Shannon distance less what chance
 * gives, summed over the drifted columns that the condition does not name. Slices rank by how much more they explain than their
 * share of the rows. A search that is simple on purpose: it shows where to look, it proves no cause.
 *
 * Cost: O(candidates · drifted columns · rows); some 0.5 s for 50 columns of 20,000 rows.
 */
export function findSlices(
  columns: readonly BinnedColumn[],
  drifted: readonly BinnedColumn[],
  onTurn: () => void,
): FoundSlice[] {
  const whole = new Map(drifted.map((column) => [column.name, shiftOf(column)]));
  const judge = (of: Pick<Candidate, 'text' | 'sql' | 'columns' | 'outside'>): Candidate | null => {
    const reference = missingShare(of.outside.reference);
    const current = missingShare(of.outside.current);
    if ((reference + current) / 2 > LARGEST || Math.max(reference, current) < SMALLEST) return null;
    let [before, after] = [0, 0];
    for (const column of drifted) {
      if (of.columns.includes(column.name)) continue;
      before += whole.get(column.name) ?? 0;
      after += shiftOf(column, of.outside);
    }
    if (before === 0) return null;
    const explains = Math.min(1, Math.max(0, 1 - after / before));
    return { ...of, reference, current, explains, gain: explains - current };
  };
  const singles: Candidate[] = [];
  for (const column of columns) {
    onTurn();
    column.parts.forEach(({ text, sql }, part) => {
      const outside = {
        reference: column.reference.map((code) => (code === part ? 0 : 1)),
        current: column.current.map((code) => (code === part ? 0 : 1)),
      };
      const found = judge({ text, sql, columns: [column.name], outside });
      if (found !== null) singles.push(found);
    });
  }
  singles.sort(byGain);
  const best = singles.slice(0, BEST_SINGLES);
  const pairs = best.flatMap((a, i) =>
    best.slice(i + 1).flatMap((b) => {
      if (a.columns[0] === b.columns[0]) return [];
      const found = judge({
        text: `${a.text} and ${b.text}`,
        sql: `${a.sql} AND ${b.sql}`,
        columns: [...a.columns, ...b.columns],
        outside: {
          reference: either(a.outside.reference, b.outside.reference),
          current: either(a.outside.current, b.outside.current),
        },
      });
      return found !== null && found.gain > Math.max(a.gain, b.gain) + LEAST_MORE ? [found] : [];
    }),
  );
  return [...singles, ...pairs]
    .filter(({ explains, gain }) => explains >= LEAST_EXPLAINED && gain >= LEAST_EXPLAINED / 2)
    .sort(byGain)
    .slice(0, MOST_SHOWN)
    .map(({ text, sql, reference, current, explains }) => ({ text, sql, reference, current, explains }));
}

/** The part of each drifted column whose share changed most. */
export function changedValues(
  drifted: readonly BinnedColumn[],
): { column: string; value: string; reference: number; current: number }[] {
  return drifted
    .map((column) => {
      const p = sharesOf(column.reference, column.parts.length).shares;
      const q = sharesOf(column.current, column.parts.length).shares;
      const changes = p.map((share, i) => Math.abs((q[i] as number) - share));
      const most = changes.indexOf(changes.reduce((a, b) => Math.max(a, b), 0));
      return {
        column: column.name,
        value: column.parts[most]?.text ?? '',
        reference: p[most] as number,
        current: q[most] as number,
      };
    })
    .sort((a, b) => Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference));
}

function byGain(a: Candidate, b: Candidate): number {
  return b.gain - a.gain || (a.text < b.text ? -1 : 1);
}

function missingShare(outside: Uint8Array): number {
  let inside = 0;
  for (const one of outside) inside += 1 - one;
  return outside.length === 0 ? 0 : inside / outside.length;
}

/** Outside of both conditions together is outside of either. */
function either(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((one, i) => (one === 1 || b[i] === 1 ? 1 : 0));
}
