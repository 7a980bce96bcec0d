import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Connection } from '../../../../local-api/contract/index.ts';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../import.module.css';
import type { ChosenSource } from '../import-draft.ts';
import { ConnectionField } from './ConnectionField.tsx';
import styles from './sources.module.css';
import { emptyWebDraft, pagings, type WebDraft, webSource } from './web-source.ts';

/** A file at an address, or records that a service gives as JSON, page by page. */
export function WebForm({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  const [draft, setDraft] = useState<WebDraft>(emptyWebDraft);
  const [connection, setConnection] = useState<Connection | null>(null);
  const change = (next: Partial<WebDraft>) => setDraft((before) => ({ ...before, ...next }));
  const source = webSource(draft, connection?.name ?? null);
  const isService = draft.what === 'records';
  return (
    <Panel title="A web address">
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (source !== null) onChoose({ source, name: draft.url.replace(/[?#].*$/, '') });
        }}
      >
        <TextInput
          label="Address"
          placeholder="https://example.com/data/orders.csv"
          required
          value={draft.url}
          onChange={(event) => change({ url: event.currentTarget.value })}
        />
        <ConnectionField
          label="Credentials"
          kinds={['http']}
          value={connection}
          onChange={setConnection}
          isOptional
        />
        <div className={styles.row}>
          <Select
            label="What it gives"
            data={[
              { value: 'file', label: 'A file' },
              { value: 'records', label: 'A list of records as JSON' },
            ]}
            allowDeselect={false}
            value={draft.what}
            onChange={(what) => change({ what: what === 'records' ? 'records' : 'file' })}
          />
          {isService ? (
            <>
              <TextInput
                label="Where the list stands"
                placeholder="data.items"
                value={draft.at}
                onChange={(event) => change({ at: event.currentTarget.value })}
              />
              <Select
                label="Pages"
                data={pagings}
                allowDeselect={false}
                value={draft.by}
                onChange={(by) => change({ by: pagings.find(({ value }) => value === by)?.value ?? 'none' })}
              />
            </>
          ) : null}
        </div>
        {isService ? <PagingFields draft={draft} change={change} /> : null}
        <p className={classes.help}>
          Credentials go to the host of their connection alone, also when it sends on to another one.
        </p>
        <div className={styles.buttons}>
          <Button type="submit" disabled={source === null}>
            Look at it
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function PagingFields({ draft, change }: { draft: WebDraft; change: (next: Partial<WebDraft>) => void }) {
  const { by } = draft;
  if (by === 'none' || by === 'link') return null;
  return (
    <div className={styles.row}>
      <TextInput
        label="Parameter"
        placeholder={by}
        value={draft.parameter}
        onChange={(event) => change({ parameter: event.currentTarget.value })}
      />
      {by === 'page' ? (
        <NumberInput
          label="First page"
          min={0}
          allowDecimal={false}
          value={draft.first}
          onChange={(first) => change({ first: typeof first === 'number' ? first : 1 })}
        />
      ) : null}
      {by === 'offset' ? (
        <>
          <TextInput
            label="Parameter of the size"
            placeholder="limit"
            value={draft.sizeParameter}
            onChange={(event) => change({ sizeParameter: event.currentTarget.value })}
          />
          <NumberInput
            label="Records a page"
            min={1}
            allowDecimal={false}
            value={draft.size}
            onChange={(size) => change({ size: typeof size === 'number' ? size : 100 })}
          />
        </>
      ) : null}
      {by === 'cursor' ? (
        <TextInput
          label="Where the next value stands"
          placeholder="meta.next"
          required
          value={draft.nextAt}
          onChange={(event) => change({ nextAt: event.currentTarget.value })}
        />
      ) : null}
    </div>
  );
}
