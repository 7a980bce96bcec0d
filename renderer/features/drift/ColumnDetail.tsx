import { Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import type { ColumnDrift, DriftReport } from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, formatUtcDay } from '../../app/format.ts';
import { CategoryBars } from '../../charts/CategoryBars.tsx';
import { Histogram } from '../../charts/Histogram.tsx';
import { Panel } from '../../components/Panel.tsx';
import { TypeLabel } from '../../components/TypeLabel.tsx';
import classes from './DriftReportPage.module.css';
import { DriftVerdict } from './DriftVerdict.tsx';
import { decidesByPValue, formatPValue, methodLabels, methodMeanings } from './severity.ts';

type Props = { column: ColumnDrift; report: Pick<DriftReport, 'referenceName' | 'currentName'> };

const share = (value: number) => formatPercent(value);

/** One column: the verdict in words, both distributions over each other, every method, and the plain facts of both sides. */
export function ColumnDetail({ column, report }: Props) {
  return (
    <Panel title={column.name} aside={<TypeLabel type={column.type} />}>
      <p className={classes.reason}>{column.reason}</p>
      <Distribution column={column} report={report} />
      <h3 className={classes.heading}>Every method</h3>
      <MethodTable column={column} />
      <h3 className={classes.heading}>Both sides</h3>
      <SideTable column={column} report={report} />
    </Panel>
  );
}

function Distribution({ column, report }: Props) {
  const { distribution } = column;
  const series = useMemo(
    () => [
      { label: `Reference (${report.referenceName})`, values: distribution.reference },
      { label: `Current (${report.currentName})`, values: distribution.current },
    ],
    [distribution, report.referenceName, report.currentName],
  );
  const title = `Distribution of ${column.name}`;
  if (distribution.kind === 'categories') {
    return (
      <CategoryBars
        title={title}
        hidesTitle
        summary={`${title}. ${column.reason}`}
        labels={distribution.labels}
        series={series}
        valueLabel="Share of rows"
        format={share}
      />
    );
  }
  const isTime = column.type === 'datetime' || column.type === 'date';
  return (
    <Histogram
      title={title}
      hidesTitle
      summary={`${title}. ${column.reason}`}
      edges={distribution.edges}
      series={series}
      xLabel={column.name}
      yLabel="Share of rows"
      formatY={share}
      height={230}
      {...(isTime ? { formatX: formatUtcDay } : {})}
    />
  );
}

function MethodTable({ column }: { column: ColumnDrift }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col">Score</th>
          <th scope="col">p-value</th>
          <th scope="col">Threshold</th>
          <th scope="col">Says</th>
        </tr>
      </thead>
      <tbody>
        {column.results.map((result) => (
          <tr key={result.method} data-decides={result.method === column.method || undefined}>
            <th scope="row">
              <Tooltip label={methodMeanings[result.method]} multiline maw={300}>
                <span>
                  {methodLabels[result.method]}
                  {result.method === column.method ? <span className="a-dim"> decides</span> : null}
                </span>
              </Tooltip>
            </th>
            <td>{formatNumber(result.score)}</td>
            <td>{formatPValue(result.pValue)}</td>
            <td>
              {decidesByPValue(result.method) ? 'p < ' : ''}
              {formatNumber(result.threshold, 3)}
            </td>
            <td>
              <DriftVerdict drifted={result.drifted} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SideTable({ column, report }: Props) {
  const sides = [
    { name: 'Reference', title: report.referenceName, facts: column.reference },
    { name: 'Current', title: report.currentName, facts: column.current },
  ];
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Side</th>
          <th scope="col">Values</th>
          <th scope="col">Missing</th>
          <th scope="col">Mean</th>
          <th scope="col">Standard deviation</th>
        </tr>
      </thead>
      <tbody>
        {sides.map(({ name, title, facts }) => (
          <tr key={name}>
            <th scope="row" title={title}>
              {name}
            </th>
            <td>{formatCount(facts.count)}</td>
            <td>{formatPercent(facts.missing / Math.max(1, facts.count + facts.missing))}</td>
            <td>{formatNumber(facts.mean)}</td>
            <td>{formatNumber(facts.std)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
