import { Autocomplete, Button, SegmentedControl, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Connection } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { ErrorNote } from '../../../components/ErrorNote.tsx';
import { Panel } from '../../../components/Panel.tsx';
import type { ChosenSource } from '../import-draft.ts';
import { ConnectionField } from './ConnectionField.tsx';
import styles from './sources.module.css';

/** A table or a query of a PostgreSQL or MySQL database. */
export function DatabaseForm({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  const [connection, setConnection] = useState<Connection | null>(null);
  const [by, setBy] = useState<'table' | 'query'>('table');
  const [table, setTable] = useState('');
  const [query, setQuery] = useState('');
  const tables = useQuery({
    queryKey: ['connections', 'tables', connection?.name ?? ''],
    queryFn: ({ signal }) =>
      client.connections.tables({ params: { connection: connection?.name ?? '' }, query: {}, signal }),
    enabled: connection !== null,
    retry: false,
  });
  const rows = by === 'table' ? table.trim() : query.trim();
  const submit = () => {
    if (connection === null || rows === '') return;
    const kind = connection.kind === 'mysql' ? 'mysql' : 'postgres';
    onChoose({
      source: { kind, connection: connection.name, ...(by === 'table' ? { table: rows } : { query: rows }) },
      name: by === 'table' ? rows : connection.name,
    });
  };
  return (
    <Panel title="A table or query of a database">
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ConnectionField
          label="Connection"
          kinds={['postgres', 'mysql']}
          value={connection}
          onChange={setConnection}
        />
        <SegmentedControl
          aria-label="What is imported"
          data={[
            { value: 'table', label: 'A table or view' },
            { value: 'query', label: 'A query' },
          ]}
          value={by}
          onChange={(value) => setBy(value === 'query' ? 'query' : 'table')}
        />
        {by === 'table' ? (
          <Autocomplete
            label="Table"
            placeholder={tables.isFetching ? 'Reading the list …' : 'sales.orders'}
            data={(tables.data?.items ?? []).map(({ name }) => name)}
            value={table}
            onChange={setTable}
            limit={50}
          />
        ) : (
          <Textarea
            label="Query"
            description="One SELECT. It is run for reading alone, as it stands."
            placeholder="SELECT * FROM sales.orders WHERE day >= '2024-01-01'"
            className={styles.code ?? ''}
            autosize
            minRows={4}
            maxRows={16}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
        )}
        <ErrorNote error={tables.error} />
        <div className={styles.buttons}>
          <Button type="submit" disabled={connection === null || rows === ''}>
            Look at the rows
          </Button>
        </div>
      </form>
    </Panel>
  );
}
