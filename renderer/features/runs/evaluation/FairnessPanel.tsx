import type { FairnessOfColumn, Rate } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, NO_VALUE } from '../../../app/format.ts';
import { IntervalChart } from '../../../charts/IntervalChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import plain from '../../../components/plain-table.module.css';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './evaluation.module.css';

type Props = { fairness: FairnessOfColumn; positive: string };
type Difference = FairnessOfColumn['demographicParityRatio'];

/** How the answers differ between the groups of a column. */
export function FairnessPanel({ fairness, positive }: Props) {
  const { column, groups, warnings } = fairness;
  const differences: [name: string, of: Difference][] = [
    ['Demographic parity difference', fairness.demographicParityDifference],
    ['Demographic parity ratio', fairness.demographicParityRatio],
    ['Equal opportunity difference', fairness.equalOpportunityDifference],
    ['Equalised odds difference', fairness.equalisedOddsDifference],
  ];
  return (
    <Panel title={`Fairness by ${column}`}>
      <div className={classes.stack}>
        <dl className={classes.facts} aria-label={`Differences by ${column}`}>
          {differences.map(([name, of]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {of === null ? NO_VALUE : formatNumber(of.value, 3)}
                {of === null || of.low === null || of.high === null ? null : (
                  <span className={classes.interval}>
                    {' '}
                    {formatNumber(of.low, 3)} – {formatNumber(of.high, 3)}
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
        {warnings.length > 0 ? (
          <ul className={classes.warnings}>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        ) : null}
        <div className={classes.sides}>
          <IntervalChart
            title={`Share answered “${positive}”`}
            valueLabel="Selection rate"
            intervalLabel="Wilson interval"
            rows={groups.map(({ name, rows, isSmall, selectionRate }) => ({
              label: name,
              value: selectionRate.value,
              interval: selectionRate,
              note: `${formatCount(rows)} rows`,
              colour: isSmall ? 7 : 0,
            }))}
          />
          <ScrollRegion label={`Rates by ${column}`} className={plain.scroll}>
            <table className={plain.table}>
              <thead>
                <tr>
                  <th scope="col">{column}</th>
                  {['rows', 'selected', 'true positive rate', 'false positive rate', 'precision'].map(
                    (name) => (
                      <th key={name} scope="col" className={plain.right}>
                        {name}
                      </th>
                    ),
                  )}
                </tr>
              </thead>
              <tbody>
                {groups.map((group) => (
                  <tr key={group.name}>
                    <th scope="row">
                      {group.name} {group.isSmall ? <ToneBadge tone="warn">few rows</ToneBadge> : null}
                    </th>
                    <td className={plain.right}>{formatCount(group.rows)}</td>
                    <RateCell rate={group.selectionRate} />
                    <RateCell rate={group.truePositiveRate} />
                    <RateCell rate={group.falsePositiveRate} />
                    <RateCell rate={group.precision} />
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </div>
      </div>
    </Panel>
  );
}

function RateCell({ rate }: { rate: Rate | null }) {
  if (rate === null) return <td className={plain.right}>{NO_VALUE}</td>;
  const range = `${formatPercent(rate.low)} to ${formatPercent(rate.high)} of ${formatCount(rate.of)} rows`;
  return (
    <td className={plain.right} title={range}>
      {formatPercent(rate.value)}
    </td>
  );
}
