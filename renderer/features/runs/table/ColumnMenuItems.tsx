import { Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconChartLine,
  IconEyeOff,
  IconStack2,
} from '@tabler/icons-react';
import { joinList, splitList } from './list-text.ts';
import { type ColumnId, filterName, isFrozenColumn, moveColumn, parseColumn } from './run-columns.ts';
import type { RunsSearch, SearchChange } from './table-state.ts';

type Props = {
  id: ColumnId;
  columns: readonly ColumnId[];
  onColumns: (columns: ColumnId[]) => void;
  search: RunsSearch;
  onSearch: (change: SearchChange) => void;
};

const ICON = 15;

/** What can be done with a column of the runs table. */
export function ColumnMenuItems({ id, columns, onColumns, search, onSearch }: Props) {
  const { family, key } = parseColumn(id);
  const name = filterName(id);
  const at = columns.indexOf(id);
  const canMove = !isFrozenColumn(id);
  const curves = splitList(search.curves);
  const groups = splitList(search.group);
  const canGroup =
    (family === 'params' || family === 'tags' || ['status', 'experimentId', 'user', 'source'].includes(id)) &&
    !groups.includes(name) &&
    groups.length < 3;
  return (
    <>
      <Menu.Item leftSection={<IconArrowUp size={ICON} />} onClick={() => onSearch({ sort: name })}>
        Lowest first
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowDown size={ICON} />} onClick={() => onSearch({ sort: `-${name}` })}>
        Highest first
      </Menu.Item>
      {family === 'metrics' ? (
        <Menu.Item
          leftSection={<IconChartLine size={ICON} />}
          onClick={() => onSearch({ curves: toggled(curves, key) })}
        >
          {curves.includes(key) ? 'Hide the curve' : 'Show the curve'}
        </Menu.Item>
      ) : null}
      {canGroup ? (
        <Menu.Item
          leftSection={<IconStack2 size={ICON} />}
          onClick={() => onSearch({ group: joinList([...groups, name]) })}
        >
          Group by this
        </Menu.Item>
      ) : null}
      {canMove ? (
        <>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconArrowLeft size={ICON} />}
            onClick={() => onColumns(moveColumn(columns, id, at - 1))}
          >
            Move left
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowRight size={ICON} />}
            onClick={() => onColumns(moveColumn(columns, id, at + 1))}
          >
            Move right
          </Menu.Item>
        </>
      ) : null}
      {id === 'name' ? null : (
        <Menu.Item
          leftSection={<IconEyeOff size={ICON} />}
          onClick={() => onColumns(columns.filter((column) => column !== id))}
        >
          Hide
        </Menu.Item>
      )}
    </>
  );
}

/** The list with one item put in, or taken out; undefined when nothing is left. */
export function toggled(items: readonly string[], item: string): string | undefined {
  const next = items.includes(item) ? items.filter((each) => each !== item) : [...items, item];
  return next.length === 0 ? undefined : joinList(next);
}
