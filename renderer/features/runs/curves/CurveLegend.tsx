import { lookOf, useScheme } from '../../../charts/palette.ts';
import classes from '../CurvesView.module.css';

type Entry = { id: string; label: string; colour: number | string; note?: string };

type Props = {
  entries: readonly Entry[];
  hidden: readonly string[];
  highlightId: string | undefined;
  onToggle: (id: string) => void;
  onHighlight: (id: string | null) => void;
};

/** One legend for all pictures: points out a run in each of them, and takes it out. */
export function CurveLegend({ entries, hidden, highlightId, onToggle, onHighlight }: Props) {
  const scheme = useScheme();
  return (
    <ul className={classes.legend} aria-label="Curves shown">
      {entries.map((entry) => {
        const { colour, dash } = lookOf(entry.colour, scheme);
        const isHidden = hidden.includes(entry.id);
        return (
          <li key={entry.id} data-off={isHidden || undefined} data-on={entry.id === highlightId || undefined}>
            <button
              type="button"
              aria-pressed={!isHidden}
              title={entry.label}
              onClick={() => onToggle(entry.id)}
              onPointerEnter={() => onHighlight(entry.id)}
              onPointerLeave={() => onHighlight(null)}
              onFocus={() => onHighlight(entry.id)}
              onBlur={() => onHighlight(null)}
            >
              <svg width="16" height="8" aria-hidden="true" focusable="false">
                <line
                  x2="16"
                  y1="4"
                  y2="4"
                  stroke={colour}
                  strokeWidth="3"
                  strokeDasharray={dash.join(' ')}
                />
              </svg>
              <span className="a-truncate">{entry.label}</span>
              {entry.note === undefined ? null : <span className="a-dim">{entry.note}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
