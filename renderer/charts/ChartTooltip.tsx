import classes from './Plot.module.css';
import type { Frame } from './Plot.tsx';

export type TooltipRow = { label: string; value: string; colour?: string; isStrong?: boolean };

type Props = {
  frame: Frame;
  at: number;
  title: string;
  rows: readonly TooltipRow[];
  note?: string | undefined;
};

/** What stands under the pointer, at the side of it where there is room. */
export function ChartTooltip({ frame, at, title, rows, note }: Props) {
  const isRight = at > frame.left + frame.width / 2;
  const gap = 12;
  const side = isRight ? { right: `calc(100% - ${at - gap}px)` } : { left: at + gap };
  return (
    <div className={classes.tooltip} style={side} role="status">
      <div className={classes.tooltipTitle}>{title}</div>
      {rows.map((row) => (
        <div
          key={`${row.label} ${row.colour ?? ''}`}
          className={classes.tooltipRow}
          data-strong={row.isStrong || undefined}
        >
          <i style={{ background: row.colour }} />
          <span className="a-truncate">{row.label}</span>
          <span>{row.value}</span>
        </div>
      ))}
      {note === undefined ? null : <div className={classes.tooltipTitle}>{note}</div>}
    </div>
  );
}
