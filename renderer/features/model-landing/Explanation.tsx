import { formatNumber, NO_VALUE } from '../../app/format.ts';
import type { Contribution } from './explain.ts';
import classes from './landing.module.css';

const shown = 8;
/** A change below this share of the strongest answer there can be is the rounding of the model. */
const negligible = 0.0005;

type Props = {
  contributions: readonly Contribution[];
  /** What the figures are changes of. */
  of: string;
  /** What the answer itself is in the unit of the changes. */
  scale: number;
};

/** Why the answer is what it is, as far as changing one input at a time tells. */
export function Explanation({ contributions, of, scale }: Props) {
  const strongest = Math.max(...contributions.map(({ change }) => Math.abs(change)));
  const listed = contributions.slice(0, shown);
  const method = (
    <p className={classes.footnote}>
      Method: one input at a time. Each figure is the change of {of} against the same row with a typical value
      of that input (median or most frequent). What inputs do together is not seen.
    </p>
  );
  if (!(strongest > negligible * Math.abs(scale)))
    return (
      <section aria-label="What moves this answer">
        <p className={classes.footnote}>No single input changes this answer when it takes a typical value.</p>
        {method}
      </section>
    );
  return (
    <section aria-label="What moves this answer">
      <h3 className={classes.title}>What moves this answer</h3>
      <table className={classes.contributions}>
        <thead className="a-hidden">
          <tr>
            <th scope="col">Input</th>
            <th scope="col">Share</th>
            <th scope="col">Change of {of}</th>
          </tr>
        </thead>
        <tbody>
          {listed.map(({ name, cell, typical, change }) => (
            <tr key={name}>
              <th scope="row" title={`${name} is ${cellText(cell)}; typical is ${cellText(typical)}`}>
                {name} <span className="a-dim">{cellText(cell)}</span>
              </th>
              <td aria-hidden="true">
                <span className={classes.scale}>
                  <span
                    className={classes.change}
                    data-raises={change > 0 || undefined}
                    style={{ width: `${(Math.abs(change) / strongest) * 50}%` }}
                  />
                </span>
              </td>
              <td className={classes.number}>
                {change > 0 ? '+' : ''}
                {formatNumber(change, 3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {method}
    </section>
  );
}

function cellText(cell: Contribution['cell']): string {
  if (cell === null) return NO_VALUE;
  return typeof cell === 'number' ? formatNumber(cell, 4) : String(cell);
}
