import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { WindowLook } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { joined, operators, type Term, termOf } from './condition-terms.ts';
import classes from './WindowPicker.module.css';
import { type WindowDraft, windowOf } from './window-draft.ts';

type Props = {
  label: string;
  draft: WindowDraft;
  onChange: (slice: string) => void;
  modelIsKnown: boolean;
};

const TYPING_MS = 400;

/** Narrows a window to some of its rows: put together from columns, or written as SQL, and tried on the data meanwhile. */
export function Condition({ label, draft, onChange, modelIsKnown }: Props) {
  const [isOpen, setOpen] = useState(draft.slice !== '');
  const look = useLook(isOpen ? draft : null, modelIsKnown);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.more}>Only some of these rows</summary>
      {look.data ? (
        <Builder
          label={label}
          columns={look.data.columns}
          onAdd={(term) => onChange(joined(draft.slice, term))}
        />
      ) : null}
      <Textarea
        aria-label={`${label}: condition`}
        description="A condition in SQL, such as region = 'north' AND age >= 30"
        autosize
        minRows={1}
        maxRows={5}
        value={draft.slice}
        error={look.data?.problem}
        onChange={(event) => onChange(event.currentTarget.value)}
        classNames={{ input: classes.sql ?? '' }}
      />
      <p className={classes.kept} role="status">
        {keptText(look.data, draft.slice)}
      </p>
    </details>
  );
}

function keptText(look: WindowLook | undefined, slice: string): string {
  if (look === undefined || look.problem !== null) return '';
  if (look.rows === null) return slice.trim() === '' ? '' : 'It fits the columns that are logged.';
  if (slice.trim() === '') return `${formatCount(look.rows)} rows.`;
  return `It holds for ${formatCount(look.kept ?? 0)} of ${formatCount(look.rows)} rows.`;
}

/** The window as it is now, once typing has stopped; what cannot be read is told when the comparison starts. */
function useLook(draft: WindowDraft | null, modelIsKnown: boolean) {
  const other: WindowDraft['kind'] = modelIsKnown ? 'requests' : 'version';
  const window = draft === null ? null : windowOf(draft, { ...draft, kind: other });
  const isNamed = window !== null && (window.kind !== 'baseline' || window.model !== undefined);
  const [settled] = useDebouncedValue(isNamed ? JSON.stringify(window) : null, TYPING_MS);
  return useQuery({
    queryKey: ['drift-windows', settled],
    queryFn: ({ signal }) =>
      client.driftReports.look({ body: { window: JSON.parse(settled ?? 'null') }, signal }),
    enabled: settled !== null,
    placeholderData: (before) => before,
    retry: false,
  });
}

type BuilderProps = { label: string; columns: WindowLook['columns']; onAdd: (term: string) => void };

function Builder({ label, columns, onAdd }: BuilderProps) {
  const [term, setTerm] = useState<Term>({ column: null, operator: '=', value: '' });
  const column = columns.find(({ name }) => name === term.column);
  const sql = column === undefined ? null : termOf(column, term);
  const operator = operators.find(({ value }) => value === term.operator);
  return (
    <div className={classes.builder}>
      <Select
        aria-label={`${label}: column of the condition`}
        placeholder="Column"
        searchable
        size="xs"
        data={columns.map(({ name }) => name)}
        value={column === undefined ? null : term.column}
        onChange={(name) => setTerm({ ...term, column: name })}
      />
      <Select
        aria-label={`${label}: comparison`}
        size="xs"
        allowDeselect={false}
        data={operators.map(({ value, label: title }) => ({ value, label: title }))}
        value={term.operator}
        onChange={(value) => setTerm({ ...term, operator: value ?? '=' })}
      />
      <TextInput
        aria-label={`${label}: value`}
        placeholder="Value"
        size="xs"
        disabled={operator?.takesValue === false}
        value={term.value}
        onChange={(event) => setTerm({ ...term, value: event.currentTarget.value })}
      />
      <Button
        size="xs"
        variant="default"
        disabled={sql === null}
        onClick={() => {
          if (sql !== null) onAdd(sql);
          setTerm({ column: null, operator: '=', value: '' });
        }}
      >
        Add
      </Button>
    </div>
  );
}
