import { Modal, Select } from '@mantine/core';
import { useState } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import classes from './compare.module.css';
import type { ComparedRow } from './differences.ts';
import { TextDiff } from './files/TextDiff.tsx';

type Props = { row: ComparedRow<string>; runs: readonly Run[]; onClose: () => void };

/** A long value of two runs, line by line. */
export function LongValueDialog({ row, runs, onClose }: Props) {
  const [a, setA] = useState(0);
  const [b, setB] = useState(() =>
    Math.max(
      1,
      row.values.findIndex((value) => value !== row.values[0]),
    ),
  );
  const data = runs.map((run, index) => ({ value: String(index), label: run.name }));
  return (
    <Modal opened onClose={onClose} title={row.key} size="xl">
      <div className={classes.pickers}>
        <Select
          label="From"
          data={data}
          value={String(a)}
          onChange={(index) => index && setA(Number(index))}
          allowDeselect={false}
          searchable
        />
        <Select
          label="to"
          data={data}
          value={String(b)}
          onChange={(index) => index && setB(Number(index))}
          allowDeselect={false}
          searchable
        />
      </div>
      <TextDiff before={row.values[a] ?? ''} after={row.values[b] ?? ''} label={`Difference of ${row.key}`} />
    </Modal>
  );
}
