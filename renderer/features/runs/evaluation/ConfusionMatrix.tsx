import { formatCount, formatPercent } from '../../../app/format.ts';
import { mix, useScheme } from '../../../charts/palette.ts';
import classes from './evaluation.module.css';

type Props = {
  classes: readonly string[];
  /** Rows: truth, columns: answer, in the order of the classes. */
  counts: readonly (readonly number[])[];
};

const ground = { light: ['#f4f6f7', '#0b6583'], dark: ['#1a1f25', '#6fc3dd'] } as const;

/** Truth against answer; the shade of a cell is its share of the true class, so that rare classes show too. */
export function ConfusionMatrix({ classes: names, counts }: Props) {
  const scheme = useScheme();
  return (
    <div className={classes.matrixScroll}>
      <table className={classes.matrix}>
        <caption>Rows: what it was. Columns: what was answered. Shares are of the row.</caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col" title={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((truth, row) => {
            const cells = counts[row] ?? [];
            const total = cells.reduce((sum, count) => sum + count, 0);
            return (
              <tr key={truth}>
                <th scope="row" title={truth}>
                  {truth}
                </th>
                {names.map((answer, column) => {
                  const count = cells[column] ?? 0;
                  const share = total === 0 ? 0 : count / total;
                  return (
                    <td
                      key={answer}
                      title={`${truth} answered as ${answer}: ${formatCount(count)}`}
                      style={shade(share, scheme)}
                    >
                      <span className={classes.count}>{formatCount(count)}</span>
                      <span className={classes.share}>{formatPercent(share, 0)}</span>
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Ground by share; the text changes sides where its contrast would fall below 4.5:1. */
function shade(share: number, scheme: 'light' | 'dark'): { background: string; color: string } {
  const [from, to] = ground[scheme];
  const strong = scheme === 'light' ? '#ffffff' : '#0a0c0f';
  const soft = scheme === 'light' ? '#16191d' : '#e3e7eb';
  // Between the two there is no readable text, so that shades jump from 45 % to 88 %.
  const depth = share > 0.5 ? 0.88 + 0.12 * (share - 0.5) * 2 : share * 0.9;
  return { background: mix(from, to, depth), color: share > 0.5 ? strong : soft };
}
