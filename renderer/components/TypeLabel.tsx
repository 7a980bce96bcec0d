import {
  IconAbc,
  IconCalendar,
  IconCalendarTime,
  IconDecimal,
  IconNumber123,
  IconToggleLeft,
} from '@tabler/icons-react';
import type { ColumnType } from '../../local-api/contract/index.ts';
import classes from './TypeLabel.module.css';

const icons: Record<ColumnType, typeof IconAbc> = {
  integer: IconNumber123,
  float: IconDecimal,
  boolean: IconToggleLeft,
  string: IconAbc,
  datetime: IconCalendarTime,
  date: IconCalendar,
};

/** The type of a column, as an icon and a word. */
export function TypeLabel({ type }: { type: ColumnType }) {
  const Icon = icons[type];
  return (
    <span className={classes.type}>
      <Icon size={15} stroke={1.6} aria-hidden="true" />
      {type}
    </span>
  );
}
