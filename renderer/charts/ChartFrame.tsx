import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconDots, IconFileTypeCsv, IconPhotoDown, IconZoomReset } from '@tabler/icons-react';
import { type ReactNode, useId, useMemo } from 'react';
import { formatNumber } from '../app/format.ts';
import classes from './ChartFrame.module.css';
import { type ChartTable, download, fileName, toCsv } from './table.ts';

export type LegendEntry = {
  id: string;
  label: string;
  colour: string;
  dash?: readonly number[];
  isHidden?: boolean;
};

type Props = {
  title: string;
  /** Leaves the title to the surroundings; it still names the chart for screen readers and files. */
  hidesTitle?: boolean;
  /** What the chart shows, in a sentence. */
  summary: string;
  table: () => ChartTable;
  /** The chart is a table itself and needs none beside it. */
  isTable?: boolean;
  /** The chart as an image; left out where there is none. */
  image?: (() => Promise<{ content: Blob; ending: 'png' | 'svg' } | null>) | undefined;
  legend?: readonly LegendEntry[] | undefined;
  onToggle?: ((id: string) => void) | undefined;
  onResetZoom?: (() => void) | undefined;
  /** Controls of this chart, at the right of the title. */
  controls?: ReactNode;
  children: ReactNode;
};

const TABLE_ROWS = 40;

/** What every chart has around it: name, legend, export, and the same facts as text for those who cannot see it. */
export function ChartFrame(props: Props) {
  const { title, summary, legend, onToggle, onResetZoom, children } = props;
  const id = useId();
  return (
    <figure className={classes.frame} aria-labelledby={id}>
      <figcaption className={classes.head}>
        <span id={id} className={props.hidesTitle ? 'a-hidden' : classes.title}>
          {title}
        </span>
        <span className={classes.tools}>
          {props.controls}
          {onResetZoom ? (
            <Tooltip label="Show everything">
              <ActionIcon size="sm" onClick={onResetZoom} aria-label={`${title}: show everything`}>
                <IconZoomReset size={15} />
              </ActionIcon>
            </Tooltip>
          ) : null}
          <ExportMenu {...props} />
        </span>
      </figcaption>
      {children}
      {legend && legend.length > 0 ? <Legend entries={legend} onToggle={onToggle} /> : null}
      {props.isTable ? (
        <p className="a-hidden">{summary}</p>
      ) : (
        <HiddenTable title={title} summary={summary} table={props.table} />
      )}
    </figure>
  );
}

function ExportMenu({ title, table, image }: Props) {
  const saveCsv = () => download(fileName(title, 'csv'), new Blob([toCsv(table())], { type: 'text/csv' }));
  const saveImage = async () => {
    const made = await image?.();
    if (made) download(fileName(title, made.ending), made.content);
  };
  return (
    <Menu position="bottom-end" width={150}>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={`${title}: export`}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {image ? (
          <Menu.Item leftSection={<IconPhotoDown size={15} />} onClick={() => void saveImage()}>
            Save as image
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<IconFileTypeCsv size={15} />} onClick={saveCsv}>
          Save as CSV
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

type LegendProps = { entries: readonly LegendEntry[]; onToggle: ((id: string) => void) | undefined };

function Legend({ entries, onToggle }: LegendProps) {
  return (
    <ul className={classes.legend}>
      {entries.map((entry) => {
        const content = (
          <>
            <svg width="18" height="8" aria-hidden="true" focusable="false">
              <line
                x1="0"
                x2="18"
                y1="4"
                y2="4"
                stroke={entry.colour}
                strokeWidth="3"
                strokeDasharray={entry.dash?.join(' ')}
              />
            </svg>
            <span className="a-truncate">{entry.label}</span>
          </>
        );
        return (
          <li
            key={entry.id}
            className={classes.entry}
            data-off={entry.isHidden || undefined}
            title={entry.label}
          >
            {onToggle ? (
              <button type="button" aria-pressed={!entry.isHidden} onClick={() => onToggle(entry.id)}>
                {content}
              </button>
            ) : (
              content
            )}
          </li>
        );
      })}
    </ul>
  );
}

function HiddenTable({ title, summary, table }: { title: string; summary: string; table: () => ChartTable }) {
  const data = useMemo(table, [table]);
  const step = Math.max(1, Math.ceil(data.rows.length / TABLE_ROWS));
  const rows = data.rows.filter((_, index) => index % step === 0);
  return (
    <div className="a-hidden">
      <p>{summary}</p>
      <table>
        <caption>
          {title}
          {step > 1 ? `, every ${step}th of ${data.rows.length} rows` : ''}
        </caption>
        <thead>
          <tr>
            {data.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own.
            <tr key={index}>
              {row.map((value, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have no identity of their own.
                <td key={column}>{typeof value === 'number' ? formatNumber(value) : value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
