import { Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ColumnDetails, ColumnProfile } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent, formatUtcDay } from '../../../app/format.ts';
import { CategoryBars } from '../../../charts/CategoryBars.tsx';
import { Histogram } from '../../../charts/Histogram.tsx';
import { type Fact, KeyValue } from '../../../components/KeyValue.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { TypeLabel } from '../../../components/TypeLabel.tsx';
import { formatCell } from '../format-cell.ts';
import { RareValues, TextParts, TimeParts } from './ColumnParts.tsx';
import { numberFacts, textFacts, timeFacts } from './column-facts.ts';
import classes from './profile.module.css';

type Props = {
  column: ColumnProfile;
  /** Null until they were computed. */
  details: ColumnDetails | null;
  /** What stands out about it. */
  words: readonly string[];
  rows: number;
};

/** One column in detail: its distribution, most frequent values, and all figures. */
export function ColumnPanel({ column, details, words, rows }: Props) {
  const isTime = column.type === 'datetime' || column.type === 'date';
  const top = useMemo(
    () => ({
      labels: column.topValues.slice(0, 12).map((entry) => formatCell(entry.value, column.type)),
      series: [{ label: 'Rows', values: column.topValues.slice(0, 12).map((entry) => entry.count) }],
    }),
    [column.topValues, column.type],
  );
  return (
    <Panel
      title={column.name}
      aside={
        <>
          {details?.semantic ? <ToneBadge tone="info">{details.semantic}</ToneBadge> : null}
          <TypeLabel type={column.type} />
        </>
      }
    >
      {words.length > 0 ? (
        <ul className={classes.words} aria-label="What stands out">
          {words.map((word) => (
            <li key={word}>{word}</li>
          ))}
        </ul>
      ) : null}
      <Distribution column={column} details={details} isTime={isTime} />
      {top.labels.length > 0 && !isTime ? (
        <CategoryBars
          title={`Most frequent values of ${column.name}`}
          labels={top.labels}
          series={top.series}
          valueLabel="Rows"
          format={formatCount}
        />
      ) : null}
      <KeyValue facts={factsOf(column, details, rows)} />
      {details === null ? null : (
        <>
          <RareValues details={details} type={column.type} />
          {details.text ? <TextParts name={column.name} text={details.text} /> : null}
          {details.time ? <TimeParts name={column.name} time={details.time} /> : null}
        </>
      )}
    </Panel>
  );
}

type DistributionProps = Pick<Props, 'column' | 'details'> & { isTime: boolean };

function Distribution({ column, details, isTime }: DistributionProps) {
  const [isLog, setLog] = useState(false);
  const { histogram } = column;
  const log = details?.number?.logHistogram ?? null;
  const shown = isLog && log !== null ? log : histogram;
  const series = useMemo(() => (shown ? [{ label: 'Rows', values: shown.counts }] : []), [shown]);
  // Equal steps of the logarithm.
  const edges = useMemo(
    () => (isLog && log ? log.edges.map(Math.log10) : (shown?.edges ?? [])),
    [isLog, log, shown],
  );
  if (!shown) return null;
  const format = isTime ? formatUtcDay : isLog ? (power: number) => formatNumber(10 ** power) : null;
  return (
    <>
      <Histogram
        key={isLog ? 'log' : 'plain'}
        title={`Distribution of ${column.name}`}
        edges={edges}
        series={series}
        yLabel="Rows"
        formatY={formatCount}
        {...(format === null ? {} : { formatX: format })}
      />
      {log === null ? null : (
        <Switch
          size="xs"
          label="Logarithmic scale"
          checked={isLog}
          onChange={(event) => setLog(event.currentTarget.checked)}
        />
      )}
    </>
  );
}

function factsOf(column: ColumnProfile, details: ColumnDetails | null, rows: number): Fact[] {
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
  if (details !== null && details.once !== null) {
    facts.push({ label: 'Values met once', value: formatCount(details.once) });
  }
  facts.push(...numberFacts(column, details?.number ?? null));
  if (column.textLength) {
    const { min, mean, max } = column.textLength;
    facts.push({ label: 'Text length', value: `${min} to ${max}, ${formatNumber(mean, 3)} on average` });
  }
  if (details?.text) facts.push(...textFacts(details.text));
  if (details?.time) facts.push(...timeFacts(details.time));
  return facts;
}
