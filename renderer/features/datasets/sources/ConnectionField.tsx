import { Button, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Connection } from '../../../../local-api/contract/index.ts';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { ConnectionDialog } from '../../connections/ConnectionDialog.tsx';
import { useConnections } from '../../connections/connections-queries.ts';
import styles from './sources.module.css';

type Props = {
  label: string;
  kinds: readonly string[];
  value: Connection | null;
  onChange: (connection: Connection | null) => void;
  isOptional?: boolean;
};

/** One of the connections of some kinds, or a new one, set up on the spot. */
export function ConnectionField({ label, kinds, value, onChange, isOptional = false }: Props) {
  const connections = useConnections();
  const [isAdding, setAdding] = useState(false);
  const fitting = (connections.data?.items ?? []).filter(({ kind }) => kinds.includes(kind));
  return (
    <>
      <div className={styles.withButton}>
        <Select
          label={label}
          placeholder={fitting.length === 0 ? 'None yet' : isOptional ? 'None is needed' : 'Choose one'}
          data={fitting.map(({ name }) => name)}
          value={value?.name ?? null}
          onChange={(name) => onChange(fitting.find((connection) => connection.name === name) ?? null)}
          clearable={isOptional}
          required={!isOptional}
          description={value?.address}
          inputWrapperOrder={['label', 'input', 'description']}
        />
        <Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
          New
        </Button>
      </div>
      <ErrorNote error={connections.error} />
      {isAdding ? (
        <ConnectionDialog
          connection={null}
          only={({ kind }) => kinds.includes(kind)}
          onSaved={onChange}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </>
  );
}
