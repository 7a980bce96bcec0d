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
import type { RowKey, Selection, TreeRows } from './DataTable.tsx';

type Options<Row> = {
  rows: readonly Row[];
  rowId: (row: Row) => string;
  selection: Selection | undefined;
  onOpen: ((row: Row) => void) | undefined;
  isMain: boolean;
  tree: TreeRows<Row> | undefined;
  rowKeys: readonly RowKey<Row>[] | undefined;
  onRowMenu: ((row: Row, at: { x: number; y: number }) => void) | undefined;
  /** Rows under the head, which are no part of "all". */
  stickyRows: number;
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

  const activeId = useRef<string | null>(null);
  const { rows: currentRows, rowId: idOf } = options;
  // The focus stays with its row when rows come, go or unfold above it.
  useEffect(() => {
    const at = activeRef.current;
    const row = currentRows[at];
    if (at < 0 || (row && idOf(row) === activeId.current)) return;
    const found = currentRows.findIndex((each) => idOf(each) === activeId.current);
    if (found >= 0) setActive(found);
    else if (at >= currentRows.length) setActive(currentRows.length - 1);
    else activeId.current = row ? idOf(row) : null;
  }, [currentRows, idOf]);

  const activate = useCallback((index: number) => {
    const { rows, rowId } = latest.current;
    const row = rows[index];
    activeId.current = row ? rowId(row) : null;
    setActive(index);
  }, []);

  const moveTo = useCallback(
    (index: number) => {
      const { rows, scrollTo } = latest.current;
      if (rows.length === 0) return;
      const next = Math.max(0, Math.min(rows.length - 1, index));
      activate(next);
      scrollTo(next);
    },
    [activate],
  );

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

  // Sticky rows stand there whatever the filter: "all" means those below them, as long as there are some.
  const whole =
    options.stickyRows < options.rows.length ? options.rows.slice(options.stickyRows) : options.rows;
  const allSelected =
    options.selection !== undefined &&
    options.selection.selected.size >= whole.length &&
    whole.every((row) => options.selection?.selected.has(idOf(row)));
  const toggleAll = () => {
    const { selection } = latest.current;
    selection?.onChange(allSelected ? new Set() : new Set(whole.map(idOf)));
  };

  const onRowClick = useCallback(
    (index: number, event: MouseEvent) => {
      const target = event.target;
      if (target instanceof Element && target.closest(interactive)) return;
      // A click that ends a text selection is for copying, not for opening.
      if (window.getSelection()?.toString()) return;
      activate(index);
      const { rows, onOpen, selection } = latest.current;
      if (selection && (event.shiftKey || event.ctrlKey || event.metaKey)) select(index, event.shiftKey);
      else {
        const row = rows[index];
        if (row) onOpen?.(row);
      }
    },
    [activate, select],
  );

  const onToggleClick = useCallback(
    (index: number, event: MouseEvent) => {
      activate(index);
      select(index, event.shiftKey);
    },
    [activate, select],
  );

  const onFoldClick = useCallback(
    (index: number, event: MouseEvent) => {
      event.stopPropagation();
      activate(index);
      const { rows, tree } = latest.current;
      const row = rows[index];
      if (row) tree?.onFold(row);
    },
    [activate],
  );

  const onContextMenu = useCallback(
    (index: number, event: MouseEvent) => {
      const { rows, onRowMenu } = latest.current;
      const row = rows[index];
      const isLink = event.target instanceof Element && event.target.closest('a') !== null;
      if (!row || !onRowMenu || isLink) return;
      event.preventDefault();
      activate(index);
      onRowMenu(row, { x: event.clientX, y: event.clientY });
    },
    [activate],
  );

  /** Right unfolds and then goes to the first row below; left folds, or goes to the row above that holds this one. */
  const fold = (direction: 'ArrowRight' | 'ArrowLeft'): boolean => {
    const { rows, tree } = latest.current;
    const at = activeRef.current;
    const row = rows[at];
    if (!tree || !row) return false;
    const unfolded = tree.isUnfolded(row);
    if (direction === 'ArrowRight') {
      if (unfolded === null) return false;
      if (unfolded) moveTo(at + 1);
      else tree.onFold(row);
      return true;
    }
    if (unfolded) {
      tree.onFold(row);
      return true;
    }
    const level = tree.level(row);
    if (level <= 1) return false;
    moveTo(rows.slice(0, at).findLastIndex((each) => tree.level(each) < level));
    return true;
  };

  const openMenu = () => {
    const { rows, onRowMenu } = latest.current;
    const row = rows[activeRef.current];
    const element = gridRef.current?.querySelector('[data-active]');
    if (!row || !onRowMenu || !element) return;
    const box = element.getBoundingClientRect();
    onRowMenu(row, { x: Math.max(box.left, 0) + 48, y: box.bottom });
  };

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
      // From a button of the head the focus goes on to the rows, which take the keys that follow.
      if (isOnControl) gridRef.current?.focus();
      moveTo(target);
      if (event.shiftKey && selection && target >= 0) select(Math.min(target, rows.length - 1), true);
    } else if ((event.key === 'ArrowRight' || event.key === 'ArrowLeft') && !isOnControl && !withModifier) {
      if (fold(event.key)) event.preventDefault();
    } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      openMenu();
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
          ...(options.onRowMenu
            ? [{ keys: 'm', label: 'Menu of the row', group: 'Table', run: openMenu }]
            : []),
          ...(options.rowKeys ?? []).map(({ keys, label, run }) => ({
            keys,
            label,
            group: 'Table',
            run: () => {
              const row = latest.current.rows[activeRef.current];
              if (row) run(row);
            },
          })),
        ]
      : [],
  );

  return {
    active,
    gridRef,
    allSelected,
    onKeyDown,
    onRowClick,
    onToggleClick,
    onFoldClick,
    onContextMenu,
    toggleAll,
  };
}
