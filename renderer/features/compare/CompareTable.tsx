import { ActionIcon, Button, Switch, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { RealNumber, Run } from '../../../local-api/contract/index.ts';
import { formatDateTime, formatDuration, formatMetric, formatPlural, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { useScheme } from '../../charts/palette.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { runColor } from '../runs/run-colors.ts';
import { durationOf } from '../runs/table/run-columns.ts';
import classes from './compare.module.css';
import {
  bestPositions,
  type ComparedRow,
  compareRecords,
  factsOf,
  isLongText,
  plainTagsOf,
} from './differences.ts';
import { LongValueDialog } from './LongValueDialog.tsx';

type Props = {
  runs: readonly Run[];
  onlyDifferences: boolean;
  onOnlyDifferences: (only: boolean) => void;
  onRemove: (id: string) => void;
};

const ROWS_AT_FIRST = 100;

/** Everything the runs have, beside each other; what differs is marked, the best metric stands out. */
export function CompareTable({ runs, onlyDifferences, onOnlyDifferences, onRemove }: Props) {
  const scheme = useScheme();
  const [opened, setOpened] = useState<ComparedRow<string> | null>(null);
  const metrics = useMemo(
    () =>
      compareRecords<RealNumber>(
        runs.map((run) => mapValues(run.metrics, (metric) => metric.last)),
        formatMetric,
      ),
    [runs],
  );
  const texts = useMemo(() => {
    const compare = (recordOf: (run: Run) => Readonly<Record<string, string>>) =>
      compareRecords(runs.map(recordOf), String);
    return [
      { title: 'Parameters', rows: compare((run) => run.params) },
      { title: 'Code and environment', rows: compare(factsOf) },
      {
        title: 'Data',
        rows: compare((run) =>
          Object.fromEntries(run.inputs.map((input) => [`${input.name} (${input.context})`, input.digest])),
        ),
      },
      { title: 'Tags', rows: compare(plainTagsOf) },
      {
        title: 'Notes',
        rows: compare((run): Record<string, string> => (run.notes === '' ? {} : { notes: run.notes })),
      },
    ];
  }, [runs]);
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
                      style={{ background: runColor(run, index, scheme) }}
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
            {(row) => {
              const best = bestPositions(row.key, row.values);
              return (_, index) => <Metric value={row.values[index] ?? null} isBest={best.includes(index)} />;
            }}
          </Rows>
          {texts.map(({ title, rows }) => (
            <Rows
              key={title}
              title={title}
              rows={rows}
              runs={runs}
              onlyDifferences={onlyDifferences}
              onOpen={setOpened}
            >
              {(row) => (_, index) => <Text value={row.values[index] ?? null} />}
            </Rows>
          ))}
        </table>
      </ScrollRegion>
      {opened ? <LongValueDialog row={opened} runs={runs} onClose={() => setOpened(null)} /> : null}
    </>
  );
}

function Text({ value }: { value: string | null }) {
  if (value === null) return <NoValue />;
  return isLongText(value) ? <span className={classes.long}>{value}</span> : value;
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

type RowsProps<V extends RealNumber | string> = {
  title: string;
  rows: readonly ComparedRow<V>[];
  runs: readonly Run[];
  onlyDifferences: boolean;
  /** Opens a row of long texts. */
  onOpen?: (row: ComparedRow<V>) => void;
  children: (row: ComparedRow<V>) => (run: Run, index: number) => ReactNode;
};

function Rows<V extends RealNumber | string>({
  title,
  rows,
  runs,
  onlyDifferences,
  onOpen,
  children,
}: RowsProps<V>) {
  const [limit, setLimit] = useState(ROWS_AT_FIRST);
  const shown = onlyDifferences ? rows.filter((row) => row.differs) : rows;
  if (rows.length === 0) return null;
  const isLong = (row: ComparedRow<V>) =>
    row.values.some((value) => typeof value === 'string' && isLongText(value));
  return (
    <Section title={title} runs={runs}>
      {shown.length === 0 ? (
        <tr>
          <td colSpan={runs.length + 1} className="a-dim">
            No differences
          </td>
        </tr>
      ) : null}
      {shown.slice(0, limit).map((row) => (
        <Row
          key={row.key}
          label={row.key}
          differs={row.differs}
          runs={runs}
          {...(onOpen && row.differs && isLong(row) ? { onOpen: () => onOpen(row) } : {})}
        >
          {children(row)}
        </Row>
      ))}
      {shown.length > limit ? (
        <tr>
          <td colSpan={runs.length + 1}>
            <Button variant="subtle" onClick={() => setLimit(shown.length)}>
              Show {formatPlural(shown.length - limit, 'more row')}
            </Button>
          </td>
        </tr>
      ) : null}
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
  onOpen?: () => void;
  children: (run: Run, index: number) => ReactNode;
};

function Row({ label, differs, runs, onOpen, children }: RowProps) {
  return (
    <tr data-differs={differs || undefined}>
      <th scope="row">
        {label}
        {differs ? <span className="a-hidden"> (differs)</span> : null}
        {onOpen ? (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`Show the difference of ${label}`}
            onClick={onOpen}
          >
            difference
          </Button>
        ) : null}
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
