import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type {
  Association,
  AssociationMeasure,
  ProfileDetails,
} from '../../../../local-api/contract/index.ts';
import { formatCount } from '../../../app/format.ts';
import { Heatmap } from '../../../charts/Heatmap.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import classes from './profile.module.css';

const measures: Record<AssociationMeasure, { label: string; about: string }> = {
  overall: {
    label: 'All columns',
    about:
      'Each pair by the measure that fits it: Spearman without its sign for two numbers, Cramér’s V for two categories, the correlation ratio for one of each. 0 is nothing, 1 is everything.',
  },
  pearson: { label: 'Pearson', about: 'How well a straight line fits two numbers, −1 to 1.' },
  spearman: { label: 'Spearman', about: 'Whether two numbers rise together, straight or not, −1 to 1.' },
  'cramers-v': {
    label: 'Cramér’s V',
    about: 'How closely two categories go together, 0 to 1; corrected for bias (Bergsma, 2013).',
  },
  'correlation-ratio': {
    label: 'Correlation ratio',
    about: 'How much of a number (columns) lies between the values of a category (rows), 0 to 1.',
  },
};

const MOST_PAIRS = 15;
const WORTH_TELLING = 0.1;

type Props = { details: ProfileDetails; onPair: (x: string, y: string) => void };

/** How columns go together: a matrix by a measure of choice, and the closest pairs, each of which can be opened. */
export function RelationsView({ details, onPair }: Props) {
  const [measure, setMeasure] = useState<AssociationMeasure>('overall');
  const { associations, sampledRows } = details;
  const shown = associations.find((one) => one.measure === measure) ?? associations[0];
  const pairs = useMemo(() => (shown ? pairsOf(shown) : []), [shown]);
  if (!shown) {
    return (
      <EmptyState title="Nothing to compare">
        It takes two columns with numbers that vary, or with texts that repeat.
      </EmptyState>
    );
  }
  const isSigned = shown.measure === 'pearson' || shown.measure === 'spearman';
  return (
    <>
      <div className={classes.pair}>
        <SegmentedControl
          size="xs"
          aria-label="Measure"
          data={associations.map((one) => ({ value: one.measure, label: measures[one.measure].label }))}
          value={shown.measure}
          onChange={(value) =>
            setMeasure(associations.find((one) => one.measure === value)?.measure ?? 'overall')
          }
        />
        <span className="a-dim">
          {measures[shown.measure].about}
          {sampledRows === null ? '' : ` From ${formatCount(sampledRows)} rows taken evenly.`}
        </span>
      </div>
      <div className={classes.two}>
        <Panel>
          <Heatmap
            title={measures[shown.measure].label}
            rowLabels={shown.rows}
            columnLabels={shown.columns}
            values={shown.values}
            scale={isSigned ? 'diverging' : 'sequential'}
            bounds={isSigned ? { min: -1, max: 1 } : { min: 0, max: 1 }}
            format={(value) => value.toFixed(2)}
          />
        </Panel>
        <Panel title="Closest pairs">
          {pairs.length === 0 ? (
            <p className="a-dim">No two columns go together by this measure.</p>
          ) : (
            <PlainTable
              label="Pairs that go together most closely"
              isInset
              columns={[
                {
                  name: 'Columns',
                  namesRow: true,
                  cell: ({ a, b }) => (
                    <button type="button" className={classes.link} onClick={() => onPair(b, a)}>
                      {a} and {b}
                    </button>
                  ),
                },
                { name: 'Value', cell: ({ value }) => value.toFixed(3), isNumber: true },
              ]}
              rows={pairs}
              keyOf={({ a, b }) => `${a}\n${b}`}
            />
          )}
        </Panel>
      </div>
    </>
  );
}

function pairsOf({ rows, columns, values }: Association): { a: string; b: string; value: number }[] {
  const isSquare = rows === columns || rows.every((name, index) => name === columns[index]);
  return rows
    .flatMap((a, row) =>
      columns.map((b, column) => ({ a, b, row, column, value: values[row]?.[column] ?? 0 })),
    )
    .filter(({ row, column, value }) => (!isSquare || row < column) && Math.abs(value) >= WORTH_TELLING)
    .sort((one, other) => Math.abs(other.value) - Math.abs(one.value))
    .slice(0, MOST_PAIRS);
}
