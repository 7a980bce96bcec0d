import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import classes from './page.module.css';

const LINE_HEIGHT = 19;

type Props = {
  /** For screen readers. */
  label: string;
  lines: readonly string[];
  /** Gives a line a look of its own, by the names in page.module.css. */
  partOf?: (line: string) => string | undefined;
  /** Stays at the end while lines come; told to stop when the reader scrolls up. */
  follows?: boolean;
  onFollow?: (follows: boolean) => void;
  /** The line to bring into view and mark. */
  foundIndex?: number | null;
};

/** Lines of text in a fixed-width font, as many as there are: only those in view are drawn. */
export function LineList({ label, lines, partOf, follows = false, onFollow, foundIndex = null }: Props) {
  const scroll = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 30,
  });
  useEffect(() => {
    if (follows && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follows, lines.length, virtualizer]);
  useEffect(() => {
    if (foundIndex !== null) virtualizer.scrollToIndex(foundIndex, { align: 'center' });
  }, [foundIndex, virtualizer]);
  const onScroll = () => {
    const place = scroll.current;
    if (place && onFollow)
      onFollow(place.scrollHeight - place.scrollTop - place.clientHeight < LINE_HEIGHT * 2);
  };
  return (
    <ScrollRegion label={label} ref={scroll} className={classes.lines} onScroll={onScroll}>
      <div className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index] ?? '';
          return (
            <div
              key={item.index}
              className={classes.line}
              data-part={partOf?.(line)}
              data-found={item.index === foundIndex || undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {line}
            </div>
          );
        })}
      </div>
    </ScrollRegion>
  );
}
