import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconDots,
  IconFileTypeCsv,
  IconFileTypePng,
  IconFileTypeSvg,
  IconZoomReset,
} from '@tabler/icons-react';
import { type ReactNode, useId, useMemo } from 'react';
import { formatNumber } from '../app/format.ts';
import classes from './ChartFrame.module.css';
import { type Drawing, toPng, toSvg } from './drawing.ts';
import { useScheme } from './palette.ts';
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
  /** Every number of the chart, for CSV; made only when it is asked for. */
  table: () => ChartTable;
  /** The same in few rows, for screen readers; `table` when left out. */
  outline?: (() => ChartTable) | undefined;
  /** The chart is a table itself and needs none beside it. */
  isTable?: boolean;
  /** The chart as vectors, which files are made of. */
  drawing: () => Drawing | null;
  legend?: readonly LegendEntry[] | undefined;
  /** Files have the legend anyhow; under the chart it stands when this is not false. */
  showsLegend?: boolean;
  onToggle?: ((id: string) => void) | undefined;
  /** Called while an entry of the legend is pointed at or focused; null when it no longer is. */
  onHover?: ((id: string | null) => void) | undefined;
  onResetZoom?: (() => void) | undefined;
  /** Controls of this chart, at the right of the title. */
  controls?: ReactNode;
  children: ReactNode;
};

const TABLE_ROWS = 40;

/** What every chart has around it: name, legend, export, and the same facts as text for those who cannot see it. */
export function ChartFrame(props: Props) {
  const { title, summary, legend, onToggle, onHover, onResetZoom, children } = props;
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
      {legend && legend.length > 0 && props.showsLegend !== false ? (
        <Legend entries={legend} onToggle={onToggle} onHover={onHover} />
      ) : null}
      {props.isTable ? (
        <p className="a-hidden">{summary}</p>
      ) : (
        <HiddenTable title={title} summary={summary} table={props.outline ?? props.table} />
      )}
    </figure>
  );
}

function ExportMenu({ title, table, drawing, legend = [] }: Props) {
  const scheme = useScheme();
  const picture = () => {
    const drawn = drawing();
    return drawn && toSvg(drawn, { title, legend, scheme });
  };
  const saveCsv = () => download(fileName(title, 'csv'), new Blob([toCsv(table())], { type: 'text/csv' }));
  const saveSvg = () => {
    const made = picture();
    if (made) download(fileName(title, 'svg'), new Blob([made.text], { type: 'image/svg+xml' }));
  };
  const savePng = async () => {
    const made = picture();
    const pixels = made && (await toPng(made));
    if (pixels) download(fileName(title, 'png'), pixels);
  };
  return (
    <Menu position="bottom-end" width={150}>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={`${title}: export`}>
          <IconDots size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileTypePng size={15} />} onClick={() => void savePng()}>
          Save as PNG
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypeSvg size={15} />} onClick={saveSvg}>
          Save as SVG
        </Menu.Item>
        <Menu.Item leftSection={<IconFileTypeCsv size={15} />} onClick={saveCsv}>
          Save as CSV
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

type LegendProps = {
  entries: readonly LegendEntry[];
  onToggle: ((id: string) => void) | undefined;
  onHover: ((id: string | null) => void) | undefined;
};

function Legend({ entries, onToggle, onHover }: LegendProps) {
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
              <button
                type="button"
                aria-pressed={!entry.isHidden}
                onClick={() => onToggle(entry.id)}
                onPointerEnter={() => onHover?.(entry.id)}
                onPointerLeave={() => onHover?.(null)}
                onFocus={() => onHover?.(entry.id)}
                onBlur={() => onHover?.(null)}
              >
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
