import type { FairnessOfColumn, Rate } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, NO_VALUE } from '../../../app/format.ts';
import { IntervalChart } from '../../../charts/IntervalChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { type PlainColumn, PlainTable } from '../../../components/PlainTable.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './evaluation.module.css';

type Props = { fairness: FairnessOfColumn; positive: string };
type Group = FairnessOfColumn['groups'][number];
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
          <PlainTable
            label={`Rates by ${column}`}
            rows={groups}
            keyOf={({ name }) => name}
            columns={[
              {
                name: column,
                id: 'group',
                cell: ({ name, isSmall }) => (
                  <>
                    {name} {isSmall ? <ToneBadge tone="warn">few rows</ToneBadge> : null}
                  </>
                ),
              },
              { name: 'rows', isNumber: true, cell: ({ rows }) => formatCount(rows) },
              rateColumn('selected', ({ selectionRate }) => selectionRate),
              rateColumn('true positive rate', ({ truePositiveRate }) => truePositiveRate),
              rateColumn('false positive rate', ({ falsePositiveRate }) => falsePositiveRate),
              rateColumn('precision', ({ precision }) => precision),
            ]}
          />
        </div>
      </div>
    </Panel>
  );
}

function rateColumn(name: string, rateOf: (group: Group) => Rate | null): PlainColumn<Group> {
  return {
    name,
    isNumber: true,
    cell: (group) => formatPercent(rateOf(group)?.value),
    cellHint: (group) => {
      const rate = rateOf(group);
      if (rate === null) return undefined;
      return `${formatPercent(rate.low)} to ${formatPercent(rate.high)} of ${formatCount(rate.of)} rows`;
    },
  };
}
