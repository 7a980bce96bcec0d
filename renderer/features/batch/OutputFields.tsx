import { Checkbox, MultiSelect, SegmentedControl } from '@mantine/core';
import classes from './batch.module.css';
import type { BatchForm } from './batch-form.ts';

type Props = {
  form: BatchForm;
  set: (change: Partial<BatchForm>) => void;
  columns: readonly string[];
};

/** How the result is written, and what stands in it beside the predictions. */
export function OutputFields({ form, set, columns }: Props) {
  return (
    <div className={classes.fields}>
      <SegmentedControl
        aria-label="Format of the result"
        data={[
          { value: 'parquet', label: 'Parquet' },
          { value: 'csv', label: 'CSV' },
        ]}
        value={form.format}
        onChange={(format) => set({ format: format === 'csv' ? 'csv' : 'parquet' })}
      />
      <Checkbox
        label="Keep all columns of the data beside the predictions"
        checked={form.keepAll}
        onChange={(event) => set({ keepAll: event.currentTarget.checked })}
      />
      {form.keepAll ? null : (
        <MultiSelect
          label="Columns to keep"
          description="An id by which the answers find their rows again, for instance."
          searchable
          data={[...new Set([...columns, ...form.keep])]}
          value={form.keep}
          onChange={(keep) => set({ keep })}
          nothingFoundMessage="No such column"
        />
      )}
      <Checkbox
        label="Write the probability of each class"
        checked={form.probabilities}
        onChange={(event) => set({ probabilities: event.currentTarget.checked })}
      />
      <Checkbox
        label="Take columns that the data lacks as missing, where the model allows it"
        checked={form.fillMissing}
        onChange={(event) => set({ fillMissing: event.currentTarget.checked })}
      />
    </div>
  );
}
