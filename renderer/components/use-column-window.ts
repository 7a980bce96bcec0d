import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from 'react';
import { type ColumnWindow, type PlacedColumn, windowColumns } from './column-layout.ts';

/** Width in pixels that a scrolling element shows; follows its size. 0 until it is on the page. */
export function useViewWidth(scrollRef: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = scrollRef.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scrollRef]);
  return width;
}

/** The columns to draw where the table is scrolled to. Draws anew only when another column comes in sight. */
export function useColumnWindow<Column>(
  scrollRef: RefObject<HTMLElement | null>,
  placed: readonly PlacedColumn<Column>[],
  viewWidth: number,
): ColumnWindow {
  const read = useCallback(
    () => windowColumns(placed, scrollRef.current?.scrollLeft ?? 0, viewWidth),
    [placed, scrollRef, viewWidth],
  );
  const [scrolled, setScrolled] = useState<ColumnWindow | null>(null);
  useEffect(() => {
    const element = scrollRef.current;
    if (!element) return;
    const onScroll = () => {
      const next = read();
      setScrolled((known) => (known?.from === next.from && known.to === next.to ? known : next));
    };
    onScroll();
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scrollRef, read]);
  // Columns may have been taken away since the last scroll.
  const known = scrolled ?? read();
  return known.to <= placed.length ? known : read();
}
