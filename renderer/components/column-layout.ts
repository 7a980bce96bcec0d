/** A column at its place in the row, in pixels. */
export type PlacedColumn<Column> = {
  column: Column;
  /** Among all columns, from 0. */
  index: number;
  left: number;
  width: number;
  isFrozen: boolean;
};

export type ColumnSize = { id: string; width: number; grow: boolean; frozen: boolean };

/** Below so many columns all are drawn: a window would cost more than it saves. */
const DRAWN_WHOLE = 24;
/** Drawn beyond each edge, so that a short scroll finds its cells there. */
const OVERSCAN_PX = 240;
/** The window moves by so many columns at once, so that scrolling sideways seldom draws anew. */
const WINDOW_STEP = 4;

/**
 * Places columns beside each other, frozen ones first, behind `leading` pixels for the selection. What is left of
 * `available` pixels is shared by the columns that grow.
 *
 * @returns the columns in the order of the row, and its width
 */
export function placeColumns<Column>(
  columns: readonly Column[],
  sizeOf: (column: Column) => ColumnSize,
  { available, leading }: { available: number; leading: number },
): { placed: PlacedColumn<Column>[]; width: number } {
  const sized = columns.map((column) => ({ column, size: sizeOf(column) }));
  const ordered = [...sized.filter(({ size }) => size.frozen), ...sized.filter(({ size }) => !size.frozen)];
  const wanted = sized.reduce((sum, { size }) => sum + size.width, 0);
  const growing = sized.filter(({ size }) => size.grow).length;
  const extra = growing === 0 ? 0 : Math.max(0, Math.floor((available - leading - wanted) / growing));
  let left = leading;
  const placed = ordered.map(({ column, size }, index) => {
    const width = size.width + (size.grow ? extra : 0);
    const place = { column, index, left, width, isFrozen: size.frozen };
    left += width;
    return place;
  });
  return { placed, width: left };
}

export type ColumnWindow = {
  /** First and last drawn of the columns that scroll; `to` is exclusive. */
  from: number;
  to: number;
};

/** The columns to draw at a scroll position: those in sight and some beyond, in whole numbers, so that it rarely changes. */
export function windowColumns<Column>(
  placed: readonly PlacedColumn<Column>[],
  scrollLeft: number,
  viewWidth: number,
): ColumnWindow {
  const first = placed.findIndex((place) => !place.isFrozen);
  const start = first === -1 ? placed.length : first;
  if (placed.length <= DRAWN_WHOLE) return { from: start, to: placed.length };
  const leftEdge = scrollLeft - OVERSCAN_PX;
  const rightEdge = scrollLeft + viewWidth + OVERSCAN_PX;
  const from = placed.findIndex((place) => !place.isFrozen && place.left + place.width > leftEdge);
  const after = placed.findIndex((place) => !place.isFrozen && place.left > rightEdge);
  return {
    from: Math.max(start, down(from === -1 ? start : from)),
    to: after === -1 ? placed.length : Math.min(placed.length, down(after) + WINDOW_STEP),
  };
}

const down = (index: number): number => Math.floor(index / WINDOW_STEP) * WINDOW_STEP;

export type RowGrid = {
  /** `grid-template-columns` of a row. */
  tracks: string;
  /** The first column of the window, and the line at which it begins. */
  windowFrom: number;
  windowLine: number;
};

/**
 * The grid of a row: the frozen columns, a gap in place of the columns left of the window, the window, and a gap to the right
 * end. It is set on each row: a custom property that all cells inherit would have all their styles computed anew.
 */
export function rowGrid<Column>(
  placed: readonly PlacedColumn<Column>[],
  { from, to }: ColumnWindow,
  leading: number,
): RowGrid {
  const width = (part: readonly PlacedColumn<Column>[]) => part.reduce((sum, place) => sum + place.width, 0);
  const start = placed.findIndex((place) => !place.isFrozen);
  const frozen = start === -1 ? placed : placed.slice(0, start);
  const before = start === -1 ? [] : placed.slice(start, from);
  const tracks = [
    ...(leading > 0 ? [`${leading}px`] : []),
    ...frozen.map((place) => `${place.width}px`),
    `${width(before)}px`,
    ...placed.slice(from, to).map((place) => `${place.width}px`),
    `${width(placed.slice(to))}px`,
  ].join(' ');
  return { tracks, windowFrom: from, windowLine: (leading > 0 ? 1 : 0) + frozen.length + 2 };
}
