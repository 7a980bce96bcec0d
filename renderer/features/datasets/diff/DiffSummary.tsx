import type { DatasetDiff } from '../../../../local-api/contract/index.ts';
import { formatBytes, formatCount, formatPercent } from '../../../app/format.ts';
import classes from './diff.module.css';

/** How many rows came, went, changed and stayed, and how much of the newer version is stored anew. */
export function DiffSummary({ diff: { rows, files } }: { diff: DatasetDiff }) {
  const newBytes = files.otherBytes - files.sharedBytes;
  return (
    <section className={classes.strip} aria-label="Summary">
      <Tile kind="added" figure={rows.added} label="rows added" />
      <Tile kind="removed" figure={rows.removed} label="rows removed" />
      <Tile
        kind="changed"
        figure={rows.changed}
        label={rows.changed === null ? 'changed: choose a key to tell' : 'rows changed'}
      />
      <Tile kind="same" figure={rows.same} label="rows the same" />
      <div className={classes.tile}>
        <span className={classes.figure}>
          {formatPercent(files.otherBytes === 0 ? 0 : files.sharedBytes / files.otherBytes, 0)} shared
        </span>
        <span className={classes.label}>
          {formatCount(files.shared)} of {formatCount(files.other)} files; {formatBytes(newBytes)} stored anew
        </span>
      </div>
    </section>
  );
}

function Tile({ kind, figure, label }: { kind: string; figure: number | null; label: string }) {
  return (
    <div className={classes.tile}>
      <span className={classes.figure} data-kind={figure === 0 ? 'none' : kind}>
        {figure === null ? '–' : formatCount(figure)}
      </span>
      <span className={classes.label}>{label}</span>
    </div>
  );
}
