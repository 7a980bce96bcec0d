import { Button, Switch } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { JobLogLine } from '../../../local-api/contract/index.ts';
import { formatDateTime } from '../../app/format.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import classes from './JobLog.module.css';
import { useJobLog } from './use-job-log.ts';

const LINE_HEIGHT = 19;

/** The log of a job, live while it runs. Stays at the end unless the reader scrolls up. */
export function JobLog({ jobId, isRunning }: { jobId: string; isRunning: boolean }) {
  const { lines, isPending, error, retry } = useJobLog(jobId, isRunning);
  const rows = useMemo(() => lines.flatMap(rowsOf), [lines]);
  const [follows, setFollows] = useState(true);
  const scroll = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  });
  useEffect(() => {
    if (follows && rows.length > 0) virtualizer.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [follows, rows.length, virtualizer]);
  if (error !== null && lines.length === 0) return <ErrorState error={error} retry={retry} />;
  const onScroll = () => {
    const place = scroll.current;
    if (place) setFollows(place.scrollHeight - place.scrollTop - place.clientHeight < LINE_HEIGHT * 2);
  };
  return (
    <div className={classes.log}>
      <div className={classes.tools}>
        <Switch
          label="Stay at the end"
          checked={follows}
          onChange={(event) => setFollows(event.currentTarget.checked)}
        />
        <Button variant="default" onClick={() => navigator.clipboard.writeText(lines.map(asText).join('\n'))}>
          Copy all
        </Button>
      </div>
      <ScrollRegion label="Lines of the log" ref={scroll} className={classes.scroll} onScroll={onScroll}>
        {lines.length === 0 ? (
          <p className={classes.none}>{isPending ? 'Reading the log …' : 'This job has printed nothing.'}</p>
        ) : (
          <div className={classes.lines} style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const row = rows[item.index];
              return row ? <Row key={`${row.line.seq} ${row.part}`} row={row} top={item.start} /> : null;
            })}
          </div>
        )}
      </ScrollRegion>
    </div>
  );
}

/** One row of the picture: what was printed at once, a stack for instance, may have several. */
type LogRow = { line: JobLogLine; text: string; part: number };

function rowsOf(line: JobLogLine): LogRow[] {
  return line.text.split('\n').map((text, part) => ({ line, text, part }));
}

function Row({ row: { line, text, part }, top }: { row: LogRow; top: number }) {
  if (part > 0) {
    return (
      <div className={classes.line} data-level={line.level} style={{ transform: `translateY(${top}px)` }}>
        <span className={classes.indent} />
        {text}
      </div>
    );
  }
  return (
    <div className={classes.line} data-level={line.level} style={{ transform: `translateY(${top}px)` }}>
      <time className={classes.time} title={formatDateTime(line.atMs)}>
        {formatDateTime(line.atMs).slice(11)}
      </time>
      {line.level === 'info' ? null : <span className="a-hidden">{line.level}: </span>}
      {text}
    </div>
  );
}

function asText(line: JobLogLine): string {
  return `${formatDateTime(line.atMs)} ${line.level} ${line.text}`;
}
