import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconFoldDown, IconFoldUp, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { formatPlural } from '../../app/format.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { formatSpanTime } from './span-time.ts';
import {
  failedRows,
  matchingRows,
  neighbour,
  type SpanTree,
  shownRows,
  ticksOf,
  unfoldedTo,
} from './span-tree.ts';
import { WaterfallRow } from './WaterfallRow.tsx';
import classes from './waterfall.module.css';

type Props = { tree: SpanTree; chosen: number; onChoose: (row: number) => void };

const rowHeight = 26;
const nothing: ReadonlySet<string> = new Set();
/** Drawing all rows of a larger tree open would hide its shape. */
const openAtFirst = 2000;

/** Below the first levels a large tree is folded. */
function foldedAtFirst(tree: SpanTree): ReadonlySet<string> {
  if (tree.nodes.length <= openAtFirst) return nothing;
  return new Set(
    tree.nodes.flatMap(({ depth, children, span }) => (depth >= 1 && children > 0 ? [span.id] : [])),
  );
}

/** Spans as a tree with their bars on one time axis; virtual, so that tens of thousands are as quick as ten. */
export function SpanWaterfall({ tree, chosen, onChoose }: Props) {
  const baseId = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [folded, setFolded] = useState(() => unfoldedTo(tree, chosen, foldedAtFirst(tree)));
  const [text, setText] = useState('');
  const rows = useMemo(() => shownRows(tree, folded), [tree, folded]);
  const failed = useMemo(() => failedRows(tree), [tree]);
  const matches = useMemo(() => matchingRows(tree, text), [tree, text]);
  const matching = useMemo(() => new Set(matches), [matches]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 15,
    scrollPaddingStart: 28,
  });
  const index = rows.indexOf(chosen);
  useEffect(() => {
    if (index >= 0) virtualizer.scrollToIndex(index);
  }, [index, virtualizer]);

  const goTo = (row: number | undefined) => {
    if (row === undefined) return;
    setFolded((now) => unfoldedTo(tree, row, now));
    onChoose(row);
  };
  const toggle = (row: number) => {
    const id = tree.nodes[row]?.span.id;
    if (id === undefined) return;
    setFolded((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  };
  const foldAll = () =>
    setFolded(
      new Set(
        tree.nodes.flatMap(({ children, span, depth }) => (children > 0 && depth > 0 ? [span.id] : [])),
      ),
    );
  useShortcuts([
    { keys: '/', label: 'Search spans', group: 'Trace', run: () => search.current?.focus() },
    { keys: 'e', label: 'Next failed span', group: 'Trace', run: () => goTo(neighbour(failed, chosen, 1)) },
    { keys: 'n', label: 'Next match', group: 'Trace', run: () => goTo(neighbour(matches, chosen, 1)) },
    { keys: 'j', label: 'Next span', group: 'Trace', run: () => goTo(rows[index + 1]) },
    { keys: 'k', label: 'Previous span', group: 'Trace', run: () => goTo(rows[index - 1]) },
  ]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = tree.nodes[chosen];
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 400) / rowHeight) - 2);
    const isFolded = node !== undefined && folded.has(node.span.id);
    const last = rows.length - 1;
    const steps: Record<string, () => void> = {
      ArrowDown: () => goTo(rows[Math.min(last, index + 1)]),
      ArrowUp: () => goTo(rows[Math.max(0, index - 1)]),
      PageDown: () => goTo(rows[Math.min(last, index + page)]),
      PageUp: () => goTo(rows[Math.max(0, index - page)]),
      Home: () => goTo(rows[0]),
      End: () => goTo(rows[last]),
      ArrowRight: () =>
        isFolded ? toggle(chosen) : goTo(node && node.children > 0 ? chosen + 1 : undefined),
      ArrowLeft: () =>
        node && node.children > 0 && !isFolded
          ? toggle(chosen)
          : goTo(node === undefined || node.parent < 0 ? undefined : node.parent),
      Enter: () => toggle(chosen),
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step();
  };

  const ticks = ticksOf(tree.totalMs);
  return (
    <div className={classes.waterfall}>
      <div className={classes.tools}>
        <TextInput
          ref={search}
          className={classes.search}
          aria-label="Search spans"
          placeholder="Name, type or error"
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') goTo(neighbour(matches, chosen, event.shiftKey ? -1 : 1));
            if (event.key === 'Escape') setText('');
          }}
        />
        <span role="status" className={classes.found}>
          {text.trim() === '' ? '' : formatPlural(matches.length, 'match', 'matches')}
        </span>
        {failed.length === 0 ? null : (
          <Tooltip label="Go to the next failed span (e)">
            <button
              type="button"
              className={classes.failed}
              onClick={() => goTo(neighbour(failed, chosen, 1))}
            >
              <IconAlertTriangle size={14} aria-hidden="true" />
              {formatPlural(failed.length, 'failed span')}
            </button>
          </Tooltip>
        )}
        <Tooltip label="Fold all">
          <ActionIcon aria-label="Fold all" onClick={foldAll}>
            <IconFoldUp size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Unfold all">
          <ActionIcon aria-label="Unfold all" onClick={() => setFolded(nothing)}>
            <IconFoldDown size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div ref={scroll} className={classes.scroll}>
        <div
          role="treegrid"
          aria-label="Spans"
          aria-rowcount={rows.length + 1}
          aria-activedescendant={index >= 0 ? `${baseId}-${chosen}` : undefined}
          tabIndex={0}
          className={classes.grid}
          onKeyDown={onKeyDown}
        >
          {/* biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold. */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus. */}
          <div role="row" className={classes.head}>
            {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
            <span role="columnheader">Span</span>
            {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
            <span role="columnheader" className={classes.duration}>
              Took
            </span>
            {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
            <span role="columnheader" className={classes.axis}>
              <span className="a-hidden">Time</span>
              {ticks.map((tick) => (
                <span
                  key={tick}
                  aria-hidden="true"
                  className={classes.tick}
                  style={{ left: `${tree.totalMs > 0 ? (tick / tree.totalMs) * 100 : 0}%` }}
                >
                  {formatSpanTime(tick)}
                </span>
              ))}
            </span>
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
          <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const row = rows[item.index];
              const node = row === undefined ? undefined : tree.nodes[row];
              return row === undefined || node === undefined ? null : (
                <WaterfallRow
                  key={node.span.id}
                  id={`${baseId}-${row}`}
                  row={row}
                  position={item.index + 2}
                  node={node}
                  totalMs={tree.totalMs}
                  top={item.start}
                  isChosen={row === chosen}
                  isMatch={matching.has(row)}
                  isFolded={folded.has(node.span.id)}
                  onChoose={onChoose}
                  onToggle={toggle}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
