import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './RunsTable.module.css';
import { attributeColumns, type ColumnId, columnLabel, type RunKeys } from './run-columns.ts';

/** With thousands of keys the list is cut; typing finds the rest. */
const SHOWN_AT_MOST = 150;

type Props = {
  columns: readonly ColumnId[];
  keys: RunKeys;
  onChange: (columns: ColumnId[]) => void;
  onReset: () => void;
};

/** Chooses what the runs table shows. New columns are added at the right. */
export function ColumnChooser({ columns, keys, onChange, onReset }: Props) {
  const [text, setText] = useState('');
  const groups: [string, readonly ColumnId[]][] = [
    ['Shown', columns],
    ['Run', attributeColumns.map((column) => column.id)],
    ['Metrics', keys.metrics.map((key) => `metrics.${key}`)],
    ['Params', keys.params.map((key) => `params.${key}`)],
    ['Tags', keys.tags.map((key) => `tags.${key}`)],
  ];
  const chosen = new Set(columns);
  const toggle = (id: ColumnId) =>
    onChange(chosen.has(id) ? columns.filter((column) => column !== id) : [...columns, id]);
  const matches = (id: ColumnId) =>
    `${id} ${columnLabel(id)}`.toLowerCase().includes(text.trim().toLowerCase());
  return (
    <Popover width={300} position="bottom-end" shadow="md" trapFocus onClose={() => setText('')}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={15} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns of the table">
        <TextInput
          placeholder="Find a column"
          aria-label="Find a column"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <div className={classes.chooser}>
          {groups.map(([title, ids]) => {
            const found = ids.filter((id) => matches(id) && (title === 'Shown' || !chosen.has(id)));
            if (found.length === 0) return null;
            return (
              <fieldset key={title} className={classes.group}>
                <legend>{title}</legend>
                {found.slice(0, SHOWN_AT_MOST).map((id) => (
                  <Checkbox
                    key={id}
                    className={classes.choice}
                    label={columnLabel(id)}
                    aria-label={id}
                    checked={chosen.has(id)}
                    disabled={id === 'name'}
                    onChange={() => toggle(id)}
                  />
                ))}
                {found.length > SHOWN_AT_MOST ? (
                  <p className="a-dim">{found.length - SHOWN_AT_MOST} more: type to find them</p>
                ) : null}
              </fieldset>
            );
          })}
        </div>
        <Button variant="subtle" mt="xs" onClick={onReset}>
          Back to the usual columns
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
