import { Autocomplete, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Connection } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../import.module.css';
import type { ChosenSource } from '../import-draft.ts';
import { ConnectionField } from './ConnectionField.tsx';
import { type ManyFiles, ManyFilesOptions } from './ManyFilesOptions.tsx';
import styles from './sources.module.css';

/** One object of a bucket, or all below a prefix as one table. */
export function BucketForm({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  const [connection, setConnection] = useState<Connection | null>(null);
  const [key, setKey] = useState('');
  const [options, setOptions] = useState<ManyFiles>({});
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const items = useQuery({
    queryKey: ['connections', 'tables', connection?.name ?? '', folder],
    queryFn: ({ signal }) =>
      client.connections.tables({
        params: { connection: connection?.name ?? '' },
        query: { prefix: folder },
        signal,
      }),
    enabled: connection !== null,
    retry: false,
  });
  const given = key.trim();
  const isMany = given === '' || given.endsWith('/') || given.includes('*');
  return (
    <Panel title="Objects of a bucket">
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (connection === null) return;
          onChoose({
            source: {
              kind: 'object',
              connection: connection.name,
              ...(isMany ? { prefix: given } : { key: given }),
            },
            name: given.replace(/[*/]+$/, '') || connection.name,
            options: isMany ? options : {},
          });
        }}
      >
        <ConnectionField
          label="Bucket"
          kinds={['s3', 'gcs', 'azure-blob']}
          value={connection}
          onChange={setConnection}
        />
        <Autocomplete
          label="Object or folder"
          description="A folder ends with /. * stands for any text without /, ** for any text. Empty: all of the bucket."
          placeholder="sales/2024/"
          data={(items.data?.items ?? []).map(({ name }) => `${folder}${name}`)}
          value={key}
          onChange={setKey}
          limit={50}
        />
        <ManyFilesOptions value={options} onChange={setOptions} disabled={!isMany} />
        <ErrorNote error={items.error} />
        <p className={classes.help}>
          Objects are copied for the import; several become one table, by their keys.
        </p>
        <div className={styles.buttons}>
          <Button type="submit" disabled={connection === null}>
            Look at {isMany ? 'them' : 'it'}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
