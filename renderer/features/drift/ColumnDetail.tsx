import { Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { type ColumnDrift, type DriftReport, driftMethods } from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, formatUtcDay } from '../../app/format.ts';
import { CategoryBars } from '../../charts/CategoryBars.tsx';
import { Histogram } from '../../charts/Histogram.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { TypeLabel } from '../../components/TypeLabel.tsx';
import classes from './DriftReportPage.module.css';
import { DriftVerdict } from './DriftVerdict.tsx';
import { decidesByPValue, formatPValue } from './severity.ts';

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
    <PlainTable
      label="Methods"
      isInset
      rows={column.results}
      keyOf={({ method }) => method}
      isMarked={({ method }) => method === column.method}
      columns={[
        {
          name: 'Method',
          cell: ({ method }) => (
            <Tooltip label={driftMethods[method].meaning} multiline maw={300}>
              <span>
                {driftMethods[method].title}
                {method === column.method ? <span className="a-dim"> decides</span> : null}
              </span>
            </Tooltip>
          ),
        },
        { name: 'Score', isNumber: true, cell: ({ score }) => formatNumber(score) },
        { name: 'p-value', isNumber: true, cell: ({ pValue }) => formatPValue(pValue) },
        {
          name: 'Threshold',
          isNumber: true,
          cell: ({ method, threshold }) =>
            `${decidesByPValue(method) ? 'p < ' : ''}${formatNumber(threshold, 3)}`,
        },
        { name: 'Says', isNumber: true, cell: ({ drifted }) => <DriftVerdict drifted={drifted} /> },
      ]}
    />
  );
}

function SideTable({ column, report }: Props) {
  const sides = [
    { name: 'Reference', title: report.referenceName, facts: column.reference },
    { name: 'Current', title: report.currentName, facts: column.current },
  ];
  return (
    <PlainTable
      label="Both sides"
      isInset
      rows={sides}
      keyOf={({ name }) => name}
      columns={[
        { name: 'Side', cell: ({ name }) => name, cellHint: ({ title }) => title },
        { name: 'Values', isNumber: true, cell: ({ facts }) => formatCount(facts.count) },
        {
          name: 'Missing',
          isNumber: true,
          cell: ({ facts }) => formatPercent(facts.missing / Math.max(1, facts.count + facts.missing)),
        },
        { name: 'Mean', isNumber: true, cell: ({ facts }) => formatNumber(facts.mean) },
        { name: 'Standard deviation', isNumber: true, cell: ({ facts }) => formatNumber(facts.std) },
      ]}
    />
  );
}
