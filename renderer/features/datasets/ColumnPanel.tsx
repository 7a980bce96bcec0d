import { useMemo } from 'react';
import type { ColumnProfile } from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, formatUtcDay } from '../../app/format.ts';
import { CategoryBars } from '../../charts/CategoryBars.tsx';
import { Histogram } from '../../charts/Histogram.tsx';
import { type Fact, KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { TypeLabel } from '../../components/TypeLabel.tsx';
import classes from './dataset.module.css';
import { formatCell } from './format-cell.ts';

type Props = { column: ColumnProfile; rows: number };

/** One column in detail: its distribution, most frequent values and all figures. */
export function ColumnPanel({ column, rows }: Props) {
  const isTime = column.type === 'datetime' || column.type === 'date';
  const series = useMemo(
    () => (column.histogram ? [{ label: 'Rows', values: column.histogram.counts }] : []),
    [column.histogram],
  );
  const top = useMemo(
    () => ({
      labels: column.topValues.map((entry) => formatCell(entry.value, column.type)),
      series: [{ label: 'Rows', values: column.topValues.map((entry) => entry.count) }],
    }),
    [column.topValues, column.type],
  );
  return (
    <Panel title={column.name} aside={<TypeLabel type={column.type} />}>
      {column.warnings.length > 0 ? (
        <p className={classes.warnings}>
          {column.warnings.map((warning) => (
            <ToneBadge key={warning} tone="warn">
              {warning}
            </ToneBadge>
          ))}
        </p>
      ) : null}
      {column.histogram ? (
        <Histogram
          title={`Distribution of ${column.name}`}
          edges={column.histogram.edges}
          series={series}
          yLabel="Rows"
          formatY={formatCount}
          {...(isTime ? { formatX: formatUtcDay } : {})}
        />
      ) : null}
      {top.labels.length > 0 && !isTime ? (
        <CategoryBars
          title={`Most frequent values of ${column.name}`}
          labels={top.labels.slice(0, 12)}
          series={top.series.map((one) => ({ ...one, values: one.values.slice(0, 12) }))}
          valueLabel="Rows"
          format={formatCount}
        />
      ) : null}
      <KeyValue facts={factsOf(column, rows)} />
    </Panel>
  );
}

function factsOf(column: ColumnProfile, rows: number): Fact[] {
  const facts: Fact[] = [
    { label: 'Values', value: formatCount(column.count) },
    {
      label: 'Missing',
      value:
        column.missing === 0
          ? 'none'
          : `${formatCount(column.missing)} (${formatPercent(column.missing / rows)})`,
    },
    { label: 'Distinct', value: formatCount(column.distinct) },
    {
      label: 'Range',
      value: `${formatCell(column.min, column.type)} to ${formatCell(column.max, column.type)}`,
    },
  ];
  if (column.mean !== null) {
    facts.push({ label: 'Mean', value: `${formatNumber(column.mean)} ± ${formatNumber(column.std)}` });
  }
  if (column.quantiles) {
    const { p05, p25, p50, p75, p95 } = column.quantiles;
    facts.push({ label: 'Median', value: formatNumber(p50) });
    facts.push({ label: 'Middle half', value: `${formatNumber(p25)} to ${formatNumber(p75)}` });
    facts.push({ label: '5 % to 95 %', value: `${formatNumber(p05)} to ${formatNumber(p95)}` });
  }
  if (column.zeros !== null) facts.push({ label: 'Zeros', value: formatCount(column.zeros) });
  if (column.textLength) {
    const { min, mean, max } = column.textLength;
    facts.push({ label: 'Text length', value: `${min} to ${max}, ${formatNumber(mean, 3)} on average` });
  }
  return facts;
}
