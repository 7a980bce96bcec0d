import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useShortcuts } from '../app/shortcuts.ts';
import type { Selection } from './DataTable.tsx';

type Options<Row> = {
  rows: readonly Row[];
  rowId: (row: Row) => string;
  selection: Selection | undefined;
  onOpen: ((row: Row) => void) | undefined;
  isMain: boolean;
  scrollRef: RefObject<HTMLElement | null>;
  scrollTo: (index: number) => void;
  pageSize: number;
};

const interactive = 'a, button, input, select, textarea, label, [role="button"], [role="menuitem"]';

/** Moving, opening and selecting in a table, by keys and by mouse. The active row is an index; -1 is none. */
export function useTableKeyboard<Row>(options: Options<Row>) {
  const latest = useRef(options);
  latest.current = options;
  const gridRef = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const activeRef = useRef(active);
  activeRef.current = active;
  const anchor = useRef(-1);

  const rowCount = options.rows.length;
  useEffect(() => {
    if (activeRef.current >= rowCount) setActive(rowCount - 1);
  }, [rowCount]);

  const moveTo = useCallback((index: number) => {
    const { rows, scrollTo } = latest.current;
    if (rows.length === 0) return;
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    scrollTo(next);
  }, []);

  const select = useCallback((index: number, isRange: boolean) => {
    const { rows, rowId, selection } = latest.current;
    const row = rows[index];
    if (!selection || !row) return;
    const selected = new Set(selection.selected);
    if (isRange && anchor.current >= 0) {
      const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
      for (const each of rows.slice(from, to + 1)) selected.add(rowId(each));
    } else {
      const id = rowId(row);
      if (!selected.delete(id)) selected.add(id);
      anchor.current = index;
    }
    selection.onChange(selected);
  }, []);

  const toggleAll = useCallback(() => {
    const { rows, rowId, selection } = latest.current;
    if (!selection) return;
    selection.onChange(selection.selected.size >= rows.length ? new Set() : new Set(rows.map(rowId)));
  }, []);

  const onRowClick = useCallback(
    (index: number, event: MouseEvent) => {
      const target = event.target;
      if (target instanceof Element && target.closest(interactive)) return;
      // A click that ends a text selection is for copying, not for opening.
      if (window.getSelection()?.toString()) return;
      setActive(index);
      const { rows, onOpen, selection } = latest.current;
      if (selection && (event.shiftKey || event.ctrlKey || event.metaKey)) select(index, event.shiftKey);
      else {
        const row = rows[index];
        if (row) onOpen?.(row);
      }
    },
    [select],
  );

  const onToggleClick = useCallback(
    (index: number, event: MouseEvent) => {
      setActive(index);
      select(index, event.shiftKey);
    },
    [select],
  );

  const open = () => {
    const row = latest.current.rows[activeRef.current];
    if (row) latest.current.onOpen?.(row);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const { rows, selection, pageSize } = latest.current;
    const isOnControl = event.target instanceof Element && event.target.closest(interactive) !== null;
    const current = activeRef.current;
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      j: current + 1,
      k: current - 1,
      PageDown: current + pageSize,
      PageUp: current - pageSize,
      Home: 0,
      End: rows.length - 1,
    };
    const target = moves[event.key];
    const withModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (target !== undefined && !withModifier) {
      event.preventDefault();
      moveTo(target);
      if (event.shiftKey && selection && target >= 0) select(Math.min(target, rows.length - 1), true);
    } else if (event.key === 'Enter' && !isOnControl && !withModifier) {
      event.preventDefault();
      open();
    } else if ((event.key === ' ' || event.key === 'x') && !isOnControl && selection && !withModifier) {
      event.preventDefault();
      select(current, event.shiftKey);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && selection) {
      event.preventDefault();
      toggleAll();
    } else if (event.key === 'Escape' && selection && selection.selected.size > 0) {
      selection.onChange(new Set());
    }
  };

  const fromAnywhere = (step: number) => {
    gridRef.current?.focus();
    moveTo(activeRef.current + step);
  };
  useShortcuts(
    options.isMain
      ? [
          { keys: 'j', label: 'Next row', group: 'Table', run: () => fromAnywhere(1) },
          { keys: 'k', label: 'Previous row', group: 'Table', run: () => fromAnywhere(-1) },
          ...(options.onOpen ? [{ keys: 'Enter', label: 'Open the row', group: 'Table', run: open }] : []),
          ...(options.selection
            ? [
                {
                  keys: 'x',
                  label: 'Select the row',
                  group: 'Table',
                  run: () => select(activeRef.current, false),
                },
              ]
            : []),
        ]
      : [],
  );

  return { active, gridRef, onKeyDown, onRowClick, onToggleClick, toggleAll };
}
