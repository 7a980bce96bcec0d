import { NumberInput, Select, TextInput } from '@mantine/core';
import { formatCount } from '../../app/format.ts';
import { Panel } from '../../components/Panel.tsx';
import type { Draft } from './draft.ts';
import type { SectionProps } from './TrainingForm.tsx';
import classes from './training.module.css';

const samples = [
  { value: 'even', label: 'Spread evenly' },
  { value: 'newest', label: 'The newest' },
  { value: 'first', label: 'The first' },
];

/** How many rows are used, which, and the seed of everything random. */
export function RowsSection({ draft, data, onChange, faultAt }: SectionProps) {
  const { rows } = draft;
  const change = (part: Partial<Draft['rows']>) => onChange({ ...draft, rows: { ...rows, ...part } });
  return (
    <Panel title="9 · Rows and seed">
      <div className={classes.row}>
        <NumberInput
          label="At most"
          description={`of ${formatCount(data.version.rows)} rows`}
          placeholder="all rows"
          value={rows.limit ?? ''}
          onChange={(value) => change({ limit: typeof value === 'number' ? value : null })}
          min={20}
          step={10_000}
          thousandSeparator=","
          allowDecimal={false}
          error={faultAt('limit')}
          w={150}
        />
        <Select
          label="Which"
          description="when there are more"
          data={samples}
          value={rows.sample}
          onChange={(value) => {
            const sample = (['even', 'newest', 'first'] as const).find((candidate) => candidate === value);
            if (sample) change({ sample });
          }}
          disabled={rows.limit === null}
          allowDeselect={false}
          w={150}
        />
        <TextInput
          label="Only where"
          description="an SQL condition over the columns"
          placeholder="distance > 100"
          value={rows.where}
          onChange={(event) => change({ where: event.currentTarget.value })}
          error={faultAt('where')}
          className={classes.grow}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <NumberInput
          label="Seed"
          description="same seed, same model"
          value={draft.seed}
          onChange={(value) => {
            if (typeof value === 'number') onChange({ ...draft, seed: value });
          }}
          min={0}
          max={2 ** 31 - 1}
          allowDecimal={false}
          error={faultAt('seed')}
          w={130}
        />
      </div>
    </Panel>
  );
}
