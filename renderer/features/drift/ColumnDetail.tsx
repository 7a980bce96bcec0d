import { SegmentedControl, Tooltip } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import {
  type ColumnDrift,
  type DriftReport,
  driftLevelOf,
  driftMethods,
} from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, formatUtcDay } from '../../app/format.ts';
import { CategoryBars } from '../../charts/CategoryBars.tsx';
import { Histogram } from '../../charts/Histogram.tsx';
import { LineChart } from '../../charts/LineChart.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { TypeLabel } from '../../components/TypeLabel.tsx';
import classes from './DriftReportPage.module.css';
import { LevelBadge } from './LevelBadge.tsx';
import { decidesByPValue, formatPValue, formatScore, isHonest } from './severity.ts';

type Props = {
  column: ColumnDrift;
  report: Pick<DriftReport, 'referenceName' | 'currentName'>;
  /** What can be done about the column. */
  children?: ReactNode;
};

const share = (value: number) => formatPercent(value);

/** One column: the verdict in words, both distributions over each other, every method, and the plain facts of both sides. */
export function ColumnDetail({ column, report, children }: Props) {
  return (
    <Panel title={column.name} aside={<TypeLabel type={column.type} />}>
      <p className={classes.reason}>
        <LevelBadge level={driftLevelOf(column)} /> {column.reason}
      </p>
      <Distribution column={column} report={report} />
      <VerdictFacts column={column} />
      {children}
      <h3 className={classes.heading}>Every method</h3>
      <MethodTable column={column} />
      <h3 className={classes.heading}>Both sides</h3>
      <SideTable column={column} report={report} />
    </Panel>
  );
}

/** What the honest verdict rests on; also told beside the verdict of a chosen method. */
function VerdictFacts({ column: { effect, significance } }: Pick<Props, 'column'>) {
  if (effect === undefined || significance === undefined) return null;
  const deviations = (value: number) => `${formatNumber(value, 2)} σ`;
  return (
    <>
      <h3 className={classes.heading}>Size and significance</h3>
      <KeyValue
        columns={2}
        facts={[
          {
            label: 'Size of the change',
            value: `${deviations(effect.value)}, ${effect.value >= effect.limit ? 'at or above' : 'below'} ${deviations(effect.limit)}`,
          },
          {
            label: 'Measured, and expected by chance',
            value: `${deviations(effect.measured)} and ${deviations(effect.expected)}`,
          },
          {
            label: 'p, corrected for all columns',
            value: `${formatPValue(significance.adjusted)} (alone ${formatPValue(significance.pValue)})`,
          },
          { label: 'Smallest shift such windows show', value: deviations(significance.smallestShift) },
        ]}
      />
    </>
  );
}

function Distribution({ column, report }: Props) {
  const [shape, setShape] = useState('histogram');
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
  const shapes =
    column.quantiles === undefined ? null : (
      <SegmentedControl
        size="xs"
        aria-label="How the distributions are drawn"
        data={[
          { value: 'histogram', label: 'Histogram' },
          { value: 'cumulative', label: 'Cumulative' },
        ]}
        value={shape}
        onChange={setShape}
      />
    );
  const isTime = column.type === 'datetime' || column.type === 'date';
  const formatX = isTime ? { formatX: formatUtcDay } : {};
  if (column.quantiles !== undefined && shape === 'cumulative') {
    const { shares, reference, current } = column.quantiles;
    return (
      <>
        {shapes}
        <LineChart
          title={`Share of values below, ${column.name}`}
          hidesTitle
          series={[
            { id: 'reference', label: series[0]?.label ?? '', x: reference, y: shares },
            { id: 'current', label: series[1]?.label ?? '', x: current, y: shares },
          ]}
          xLabel={column.name}
          yLabel="Share of values below"
          yBounds={{ min: 0, max: 1 }}
          formatY={share}
          height={230}
          {...formatX}
        />
      </>
    );
  }
  return (
    <>
      {shapes}
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
        {...formatX}
      />
    </>
  );
}

function MethodTable({ column }: { column: ColumnDrift }) {
  const decides = isHonest(column) ? null : column.method;
  return (
    <>
      <PlainTable
        label="Methods"
        isInset
        maxHeight={420}
        rows={column.results}
        keyOf={({ method }) => method}
        isMarked={({ method }) => method === decides}
        columns={[
          {
            name: 'Method',
            cell: ({ method }) => (
              <Tooltip
                label={`${driftMethods[method].meaning} ${driftMethods[method].source}`}
                multiline
                maw={340}
              >
                <span>
                  {driftMethods[method].title}
                  {method === decides ? <span className="a-dim"> decides</span> : null}
                </span>
              </Tooltip>
            ),
          },
          { name: 'Score', isNumber: true, cell: ({ score }) => formatScore(score) },
          { name: 'p-value', isNumber: true, cell: ({ pValue }) => formatPValue(pValue) },
          {
            name: 'Threshold',
            isNumber: true,
            cell: ({ method, threshold }) =>
              `${decidesByPValue(method) ? 'p < ' : ''}${formatNumber(threshold, 3)}`,
          },
          {
            name: 'Says',
            isNumber: true,
            cell: ({ drifted }) => <LevelBadge level={drifted ? 'drifted' : 'none'} />,
          },
        ]}
      />
      {column.notComputed?.map(({ method, reason }) => (
        <p key={method} className="a-dim">
          {driftMethods[method].title} could not be computed: {reason}.
        </p>
      ))}
    </>
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
