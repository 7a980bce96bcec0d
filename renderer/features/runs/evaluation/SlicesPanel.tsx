import { Select } from '@mantine/core';
import { useState } from 'react';
import type { SliceFigures } from '../../../../local-api/contract/index.ts';
import { formatCount, formatMetric, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { IntervalChart } from '../../../charts/IntervalChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './evaluation.module.css';

type Props = {
  column: string;
  slices: readonly SliceFigures[];
  /** Of all test rows. */
  overall: Readonly<Record<string, number>>;
};

/** A metric by the values of a column. */
export function SlicesPanel({ column, slices, overall }: Props) {
  const names = Object.keys(overall).filter((name) =>
    slices.some((slice) => slice.metrics[name] !== undefined),
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const metric = chosen ?? names[0] ?? '';
  const whole = overall[metric];
  return (
    <Panel
      title={`By ${column}`}
      aside={
        <Select
          aria-label={`Metric by ${column}`}
          size="xs"
          w={170}
          data={names}
          value={metric}
          onChange={setChosen}
          allowDeselect={false}
        />
      }
    >
      <div className={classes.sides}>
        <IntervalChart
          title={`${metric} by ${column}`}
          valueLabel={metric}
          intervalLabel="interval"
          rows={slices.flatMap(({ name, rows, isSmall, metrics, intervals }) => {
            const value = metrics[metric];
            if (value === undefined) return [];
            const note = `${formatCount(rows)} rows${isSmall ? ': too few to tell much' : ''}`;
            return [
              { label: name, value, interval: intervals[metric] ?? null, note, colour: isSmall ? 7 : 0 },
            ];
          })}
          {...(whole === undefined ? {} : { reference: whole })}
        />
        <PlainTable
          label={`Slices by ${column}`}
          rows={slices}
          keyOf={({ name }) => name}
          columns={[
            {
              name: column,
              id: 'slice',
              cell: ({ name, isSmall }) => (
                <>
                  {name} {isSmall ? <ToneBadge tone="warn">few rows</ToneBadge> : null}
                </>
              ),
            },
            { name: 'rows', isNumber: true, cell: ({ rows }) => formatCount(rows) },
            {
              name: metric,
              isNumber: true,
              cell: ({ metrics }) =>
                metrics[metric] === undefined ? NO_VALUE : formatMetric(metrics[metric]),
            },
            { name: 'interval', isNumber: true, cell: ({ intervals }) => range(intervals[metric]) },
          ]}
        />
      </div>
    </Panel>
  );
}

const range = (interval: { low: number; high: number } | undefined): string =>
  interval ? `${formatNumber(interval.low, 3)} – ${formatNumber(interval.high, 3)}` : NO_VALUE;
