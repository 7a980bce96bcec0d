import type { MissingPatterns } from '../../../../local-api/contract/index.ts';
import { formatCount, formatPercent, formatPlural } from '../../../app/format.ts';
import { Heatmap } from '../../../charts/Heatmap.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import classes from './profile.module.css';

const BLOCKS_SHOWN = 12;

type Props = { missing: MissingPatterns | null; rows: number };

/** Which columns are missing together, and where in the file. */
export function MissingView({ missing, rows }: Props) {
  if (missing === null) {
    return <EmptyState title="Nothing is missing">Every row has a value in every column.</EmptyState>;
  }
  const { columns, patterns, patternCount, completeRows, correlation, blocks } = missing;
  const parts = joinBlocks(blocks.missing, blocks.rows, rows);
  return (
    <>
      <p className={classes.lead}>
        {formatCount(completeRows)} of {formatPlural(rows, 'row')} are complete (
        {formatPercent(completeRows / rows)}); {formatPlural(columns.length, 'column')}{' '}
        {columns.length === 1 ? 'has' : 'have'} missing values, in {formatPlural(patternCount, 'combination')}
        .
      </p>
      <Panel title="Missing together">
        <PlainTable
          label="Most frequent combinations of missing values"
          isInset
          columns={[
            { name: 'Rows', cell: (one) => formatCount(one.rows), isNumber: true },
            { name: 'Share', cell: (one) => formatPercent(one.rows / rows), isNumber: true },
            {
              name: 'Pattern',
              cell: (one) => (
                <span className={classes.dots} aria-hidden="true">
                  {columns.map((name) => (
                    <i key={name} title={name} data-missing={one.missing.includes(name) || undefined} />
                  ))}
                </span>
              ),
            },
            {
              name: 'Missing',
              namesRow: true,
              cell: (one) => (one.missing.length === 0 ? 'nothing' : one.missing.join(', ')),
            },
          ]}
          rows={patterns}
          keyOf={(one) => one.missing.join('\n')}
        />
      </Panel>
      <div className={classes.two}>
        <Panel>
          <Heatmap
            title="Where in the file values are missing"
            summary="Share of missing values by column and by part of the file, from its first row to its last."
            rowLabels={columns}
            columnLabels={parts.labels}
            values={parts.shares}
            bounds={{ min: 0, max: 1 }}
            format={(value) => formatPercent(value, 0)}
            columnTitle="Rows up to"
          />
        </Panel>
        {columns.length > 1 ? (
          <Panel>
            <Heatmap
              title="Whether two are missing in the same rows"
              summary="Pearson correlation of being missing: 1 always together, 0 independent, below 0 rather one or the other."
              rowLabels={columns}
              columnLabels={columns}
              values={correlation}
              scale="diverging"
              bounds={{ min: -1, max: 1 }}
              format={(value) => value.toFixed(2)}
            />
          </Panel>
        ) : null}
      </div>
    </>
  );
}

/** Shares of missing values by part of the file: at most 12 parts of whole blocks. */
function joinBlocks(
  missing: readonly (readonly number[])[],
  perBlock: number,
  rows: number,
): { labels: string[]; shares: number[][] } {
  const blocks = missing[0]?.length ?? 0;
  const every = Math.max(1, Math.ceil(blocks / BLOCKS_SHOWN));
  const starts = Array.from({ length: Math.ceil(blocks / every) }, (_, part) => part * every);
  const endOf = (start: number) => Math.min(rows, (start + every) * perBlock);
  return {
    labels: starts.map((start) => formatCount(endOf(start))),
    shares: missing.map((counts) =>
      starts.map((start) => {
        const sum = counts.slice(start, start + every).reduce((total, n) => total + n, 0);
        return sum / Math.max(1, endOf(start) - start * perBlock);
      }),
    ),
  };
}
