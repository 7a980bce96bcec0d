import { NumberInput, SegmentedControl, Select } from '@mantine/core';
import type { ChunkRule } from '../../../local-api/contract/index.ts';
import classes from './NewDriftPage.module.css';

type Props = { value: ChunkRule | null; onChange: (by: ChunkRule | null) => void };

const cuts = [
  { value: 'auto', label: 'Into about 20 parts by time' },
  { value: 'hour', label: 'By hour' },
  { value: 'day', label: 'By day' },
  { value: 'week', label: 'By week' },
  { value: 'month', label: 'By month' },
  { value: 'count', label: 'By number of rows' },
] as const;

/** One comparison of both windows, or each part of the current one against the reference. */
export function OverTimeFields({ value, onChange }: Props) {
  const cut = value === null ? 'auto' : value.kind === 'count' ? 'count' : value.every;
  return (
    <div className={classes.how}>
      <SegmentedControl
        aria-label="How to compare"
        data={[
          { value: 'once', label: 'As a whole' },
          { value: 'parts', label: 'Over time' },
        ]}
        value={value === null ? 'once' : 'parts'}
        onChange={(how) => onChange(how === 'once' ? null : { kind: 'time', every: 'auto' })}
      />
      {value === null ? null : (
        <Select
          aria-label="How the current window is cut"
          allowDeselect={false}
          data={[...cuts]}
          value={cut}
          onChange={(next) => {
            const chosen = cuts.find((one) => one.value === next)?.value ?? 'auto';
            onChange(chosen === 'count' ? { kind: 'count', rows: 500 } : { kind: 'time', every: chosen });
          }}
        />
      )}
      {value?.kind === 'count' ? (
        <NumberInput
          aria-label="Rows of a part"
          min={20}
          value={value.rows ?? 500}
          onChange={(rows) => typeof rows === 'number' && rows >= 20 && onChange({ kind: 'count', rows })}
          suffix=" rows a part"
        />
      ) : null}
    </div>
  );
}
