import { ActionIcon, Switch, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import type { RealNumber, Run } from '../../../local-api/contract/index.ts';
import { formatDateTime, formatDuration, formatMetric, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { seriesStyle, useScheme } from '../../charts/palette.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { durationOf } from '../runs/table/run-columns.ts';
import classes from './compare.module.css';
import { bestPositions, type ComparedRow, compareRecords } from './differences.ts';

type Props = {
  runs: readonly Run[];
  onlyDifferences: boolean;
  onOnlyDifferences: (only: boolean) => void;
  onRemove: (id: string) => void;
};

/** Metrics, parameters and tags of the runs beside each other; what differs is marked, the best metric stands out. */
export function CompareTable({ runs, onlyDifferences, onOnlyDifferences, onRemove }: Props) {
  const scheme = useScheme();
  const metrics = useMemo(
    () =>
      compareRecords<RealNumber>(
        runs.map((run) => mapValues(run.metrics, (metric) => metric.last)),
        formatMetric,
      ),
    [runs],
  );
  const params = useMemo(
    () =>
      compareRecords(
        runs.map((run) => run.params),
        String,
      ),
    [runs],
  );
  const tags = useMemo(
    () =>
      compareRecords(
        runs.map((run) => run.tags),
        String,
      ),
    [runs],
  );
  return (
    <>
      <div className={classes.controls}>
        <Switch
          label="Only differences"
          checked={onlyDifferences}
          onChange={(event) => onOnlyDifferences(event.currentTarget.checked)}
        />
        <span className="a-dim">The best value of a metric is bold; rows that differ have a mark.</span>
      </div>
      <ScrollRegion label="Runs side by side" className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <td />
              {runs.map((run, index) => (
                <th key={run.id} scope="col">
                  <div className={classes.runHead}>
                    <span
                      className={classes.swatch}
                      style={{ background: seriesStyle(index, scheme).colour }}
                      aria-hidden="true"
                    />
                    <AppLink href={paths.run(run.id)} className={classes.runName} title={run.name}>
                      {run.name}
                    </AppLink>
                    <Tooltip label="Take out of the comparison">
                      <ActionIcon
                        size="xs"
                        aria-label={`Take ${run.name} out`}
                        onClick={() => onRemove(run.id)}
                      >
                        <IconX size={12} />
                      </ActionIcon>
                    </Tooltip>
                  </div>
                </th>
              ))}
            </tr>
          </thead>
          <Section title="Run" runs={runs}>
            <Row label="Status" differs={false} runs={runs}>
              {(run) => <StatusBadge status={run.status} />}
            </Row>
            <Row label="Started" differs={false} runs={runs}>
              {(run) => formatDateTime(run.startedAtMs)}
            </Row>
            <Row label="Duration" differs={false} runs={runs}>
              {(run) => formatDuration(durationOf(run, Date.now()))}
            </Row>
          </Section>
          <Rows title="Metrics" rows={metrics} runs={runs} onlyDifferences={onlyDifferences}>
            {(row, index) => (
              <Metric
                value={row.values[index] ?? null}
                isBest={bestPositions(row.key, row.values).includes(index)}
              />
            )}
          </Rows>
          <Rows title="Parameters" rows={params} runs={runs} onlyDifferences={onlyDifferences}>
            {(row, index) => row.values[index] ?? <NoValue />}
          </Rows>
          <Rows title="Tags" rows={tags} runs={runs} onlyDifferences={onlyDifferences}>
            {(row, index) => row.values[index] ?? <NoValue />}
          </Rows>
        </table>
      </ScrollRegion>
    </>
  );
}

function Metric({ value, isBest }: { value: RealNumber | null; isBest: boolean }) {
  if (value === null) return <NoValue />;
  return (
    <span className={isBest ? classes.best : undefined} title={String(value)}>
      {formatMetric(value)}
      {isBest ? <span className="a-hidden"> (best)</span> : null}
    </span>
  );
}

function NoValue() {
  return <span className="a-dim">{NO_VALUE}</span>;
}

type RowsProps<V> = {
  title: string;
  rows: readonly ComparedRow<V>[];
  runs: readonly Run[];
  onlyDifferences: boolean;
  children: (row: ComparedRow<V>, index: number) => ReactNode;
};

function Rows<V>({ title, rows, runs, onlyDifferences, children }: RowsProps<V>) {
  const shown = onlyDifferences ? rows.filter((row) => row.differs) : rows;
  if (rows.length === 0) return null;
  return (
    <Section title={title} runs={runs}>
      {shown.length === 0 ? (
        <tr>
          <td colSpan={runs.length + 1} className="a-dim">
            No differences
          </td>
        </tr>
      ) : null}
      {shown.map((row) => (
        <Row key={row.key} label={row.key} differs={row.differs} runs={runs}>
          {(_, index) => children(row, index)}
        </Row>
      ))}
    </Section>
  );
}

function Section({ title, runs, children }: { title: string; runs: readonly Run[]; children: ReactNode }) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={runs.length + 1} className={classes.section}>
          {title}
        </th>
      </tr>
      {children}
    </tbody>
  );
}

type RowProps = {
  label: string;
  differs: boolean;
  runs: readonly Run[];
  children: (run: Run, index: number) => ReactNode;
};

function Row({ label, differs, runs, children }: RowProps) {
  return (
    <tr data-differs={differs || undefined}>
      <th scope="row">
        {label}
        {differs ? <span className="a-hidden"> (differs)</span> : null}
      </th>
      {runs.map((run, index) => (
        <td key={run.id}>{children(run, index)}</td>
      ))}
    </tr>
  );
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, to: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}
