import type {
  ColumnDetails,
  ColumnType,
  TextShape,
  TimeShape,
} from '../../../../local-api/contract/index.ts';
import { formatCount, formatDateTime, formatDuration } from '../../../app/format.ts';
import { CategoryBars } from '../../../charts/CategoryBars.tsx';
import { Histogram } from '../../../charts/Histogram.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { formatCell } from '../format-cell.ts';
import classes from './profile.module.css';

/** The least frequent values, where they say something. */
export function RareValues({ details, type }: { details: ColumnDetails; type: ColumnType }) {
  if (details.rareValues.length === 0 || type === 'date' || type === 'datetime') return null;
  return (
    <>
      <h3>Rarest values</h3>
      <ul className={classes.values}>
        {details.rareValues.map(({ value, count }) => (
          <li key={String(value)}>
            {formatCell(value, type)} <span className="a-dim">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** How long texts are, and values that are written in several ways. */
export function TextParts({ name, text }: { name: string; text: TextShape }) {
  return (
    <>
      {text.lengths.counts.length > 1 ? (
        <Histogram
          title={`Length of ${name} in characters`}
          edges={text.lengths.edges}
          series={[{ label: 'Texts', values: text.lengths.counts }]}
          formatY={formatCount}
          height={130}
        />
      ) : null}
      {text.variants.length > 0 ? (
        <PlainTable
          label="Values written in several ways"
          isInset
          columns={[
            {
              name: 'Written in several ways',
              cell: (group) =>
                group.map(({ value, count }) => `${JSON.stringify(value)} ${formatCount(count)}`).join(' · '),
            },
          ]}
          rows={text.variants}
          keyOf={(group) => String(group[0]?.value)}
        />
      ) : null}
    </>
  );
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** When rows are from, and where there is nothing. */
export function TimeParts({ name, time }: { name: string; time: TimeShape }) {
  return (
    <>
      <CategoryBars
        title={`${name} by day of the week`}
        labels={DAYS}
        series={[{ label: 'Rows', values: time.weekdays }]}
        valueLabel="Rows"
        format={formatCount}
      />
      {time.hours === null ? null : (
        <Histogram
          title={`${name} by hour (UTC)`}
          edges={Array.from({ length: 25 }, (_, hour) => hour)}
          series={[{ label: 'Rows', values: time.hours }]}
          formatY={formatCount}
          height={130}
        />
      )}
      {time.gaps.length === 0 ? null : (
        <PlainTable
          label="Longest gaps"
          isInset
          columns={[
            { name: 'Nothing after', cell: ({ fromMs }) => formatDateTime(fromMs) },
            { name: 'until', cell: ({ toMs }) => formatDateTime(toMs) },
            { name: 'for', cell: ({ fromMs, toMs }) => formatDuration(toMs - fromMs), isNumber: true },
          ]}
          rows={time.gaps}
          keyOf={({ fromMs }) => fromMs}
        />
      )}
    </>
  );
}
