import { ActionIcon, Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconChartLine, IconColumns3, IconGripVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useReorder } from '../../../components/use-reorder.ts';
import { isMarkTag } from '../run-marks.ts';
import classes from './RunsTable.module.css';
import {
  attributeColumns,
  type ColumnId,
  columnLabel,
  isFrozenColumn,
  moveColumn,
  parseColumn,
  type RunKeys,
} from './run-columns.ts';
import { useRunKeys } from './runs-queries.ts';

/** With thousands of keys the list is cut; typing finds the rest. */
const SHOWN_AT_MOST = 150;

type Props = {
  experimentId: string | undefined;
  columns: readonly ColumnId[];
  keys: RunKeys;
  /** Metrics drawn with their curve. */
  curves: ReadonlySet<string>;
  onChange: (columns: ColumnId[]) => void;
  onCurve: (metric: string) => void;
  onReset: () => void;
};

/** Chooses what the runs table shows, and in which order. New columns are added at the right. */
export function ColumnChooser(props: Props) {
  return (
    <Popover width={320} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={15} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns of the table">
        <Chooser {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Chooser({ experimentId, columns, keys, curves, onChange, onCurve, onReset }: Props) {
  const [text, setText] = useState('');
  const [prefix] = useDebouncedValue(text.trim(), 150);
  // Keys beyond those that were read are found by their beginning.
  const found = useRunKeys(experimentId, prefix).data;
  const all = (family: keyof RunKeys) => [...new Set([...keys[family], ...(found?.[family] ?? [])])];
  const groups: [string, readonly ColumnId[]][] = [
    ['Run', attributeColumns.map((column) => column.id)],
    ['Metrics', all('metrics').map((key) => `metrics.${key}`)],
    ['Params', all('params').map((key) => `params.${key}`)],
    [
      'Tags',
      all('tags')
        .filter((key) => !isMarkTag(key))
        .map((key) => `tags.${key}`),
    ],
  ];
  const chosen = new Set(columns);
  const matches = (id: ColumnId) =>
    `${id} ${columnLabel(id)}`.toLowerCase().includes(text.trim().toLowerCase());
  const shown = columns.filter(matches);
  const reorder = useReorder(columns, 'vertical', (id, to) => onChange(moveColumn(columns, id, to)));
  return (
    <>
      <TextInput
        placeholder="Find a column"
        aria-label="Find a column"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.chooser}>
        {shown.length === 0 ? null : (
          <fieldset className={classes.group}>
            <legend>Shown</legend>
            {shown.map((id) => {
              const { family, key } = parseColumn(id);
              const isFixed = isFrozenColumn(id);
              return (
                <div key={id} className={classes.shownColumn} {...(isFixed ? {} : reorder.dragProps(id))}>
                  <Checkbox
                    className={classes.choice}
                    label={columnLabel(id)}
                    aria-label={id}
                    aria-keyshortcuts={isFixed ? undefined : 'Shift+ArrowUp Shift+ArrowDown'}
                    checked
                    disabled={id === 'name'}
                    onChange={() => onChange(columns.filter((column) => column !== id))}
                    onKeyDown={(event) => (isFixed ? undefined : reorder.onKeyDown(id, event))}
                  />
                  {family === 'metrics' ? (
                    <ActionIcon
                      size="xs"
                      variant={curves.has(key) ? 'light' : 'subtle'}
                      aria-label={`Curve of ${key}`}
                      aria-pressed={curves.has(key)}
                      title="Show its curve"
                      onClick={() => onCurve(key)}
                    >
                      <IconChartLine size={13} aria-hidden="true" />
                    </ActionIcon>
                  ) : null}
                  {isFixed ? null : (
                    <IconGripVertical size={14} aria-hidden="true" className={classes.grip} />
                  )}
                </div>
              );
            })}
          </fieldset>
        )}
        {groups.map(([title, ids]) => {
          const offered = ids.filter((id) => matches(id) && !chosen.has(id));
          if (offered.length === 0) return null;
          return (
            <fieldset key={title} className={classes.group}>
              <legend>
                {title}
                {text.trim() !== '' && offered.length > 1 ? (
                  <Button
                    variant="subtle"
                    size="compact-xs"
                    ml={6}
                    onClick={() => onChange([...columns, ...offered])}
                  >
                    Add all {offered.length}
                  </Button>
                ) : null}
              </legend>
              {offered.slice(0, SHOWN_AT_MOST).map((id) => (
                <Checkbox
                  key={id}
                  className={classes.choice}
                  label={columnLabel(id)}
                  aria-label={id}
                  checked={false}
                  onChange={() => onChange([...columns, id])}
                />
              ))}
              {offered.length > SHOWN_AT_MOST ? (
                <p className="a-dim">{offered.length - SHOWN_AT_MOST} more: type to find them</p>
              ) : null}
            </fieldset>
          );
        })}
      </div>
      <p className={classes.hint}>Drag, or press Shift with the arrow keys, to move a column.</p>
      <Button variant="subtle" onClick={onReset}>
        Back to the usual columns
      </Button>
    </>
  );
}
