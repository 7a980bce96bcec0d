import { describe, expect, it } from 'vitest';
import { placeColumns, rowGrid, windowColumns } from '../../../../renderer/components/column-layout.ts';

type Column = { id: string; width: number; grow?: boolean; frozen?: boolean };
const sizeOf = ({ id, width, grow = false, frozen = false }: Column) => ({ id, width, grow, frozen });
const many: Column[] = [
  { id: 'name', width: 200, frozen: true },
  ...Array.from({ length: 200 }, (_, i) => ({ id: `m${i}`, width: 100 })),
];

describe('placeColumns', () => {
  it('puts frozen columns first, behind the selection, and gives what is left to those that grow', () => {
    const { placed, width } = placeColumns<Column>(
      [
        { id: 'a', width: 100 },
        { id: 'name', width: 200, grow: true, frozen: true },
      ],
      sizeOf,
      { available: 500, leading: 34 },
    );
    expect(placed.map(({ column, left, width: wide }) => [column.id, left, wide])).toEqual([
      ['name', 34, 366],
      ['a', 400, 100],
    ]);
    expect(width).toBe(500);
  });
});

describe('windowColumns', () => {
  it('draws all of a few columns', () => {
    const { placed } = placeColumns(many.slice(0, 10), sizeOf, { available: 300, leading: 0 });
    expect(windowColumns(placed, 0, 300)).toEqual({ from: 1, to: 10 });
  });

  it('draws the columns in sight and a few beyond, wherever the table is scrolled to', () => {
    const { placed } = placeColumns(many, sizeOf, { available: 1000, leading: 0 });
    for (const scrollLeft of [0, 5000, 19_200]) {
      const { from, to } = windowColumns(placed, scrollLeft, 1000);
      const inSight = placed.filter(
        (place) => !place.isFrozen && place.left + place.width > scrollLeft && place.left < scrollLeft + 1000,
      );
      expect(inSight.every(({ index }) => index >= from && index < to)).toBe(true);
      expect(to - from).toBeLessThan(24);
    }
  });
});

describe('rowGrid', () => {
  it('keeps the width of the row, whatever is drawn', () => {
    const { placed, width } = placeColumns(many, sizeOf, { available: 1000, leading: 34 });
    const { tracks, windowLine } = rowGrid(placed, windowColumns(placed, 9000, 1000), 34);
    const widths = tracks.split(' ').map((track) => Number.parseFloat(track));
    expect(widths.reduce((sum, each) => sum + each, 0)).toBe(width);
    // Selection, one frozen column and the gap stand before the window.
    expect(windowLine).toBe(4);
  });
});
