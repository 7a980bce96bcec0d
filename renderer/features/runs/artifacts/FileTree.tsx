import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import {
  IconChevronDown,
  IconChevronRight,
  IconDownload,
  IconFile,
  IconFolder,
  IconSearch,
} from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { urlOf } from '../../../../local-api/client/url-of.ts';
import { api } from '../../../../local-api/contract/index.ts';
import { formatBytes, formatPlural } from '../../../app/format.ts';
import classes from './ArtifactsView.module.css';
import { type ArtifactNode, foldersOpenAtFirst, type TreeRow, visibleRows } from './artifact-tree.ts';

const ROW_HEIGHT = 28;

type Props = {
  runId: string;
  tree: readonly ArtifactNode[];
  /** How many files there are in all. */
  files: number;
  current: string | undefined;
  onPath: (path: string) => void;
};

/**
 * The files of a run, virtual, so that tens of thousands stay light. Up and down move, right and left open and close,
 * Enter shows a file, Home and End jump, letters go to the search.
 */
export function FileTree({ runId, tree, files, current, onPath }: Props) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const scroll = useRef<HTMLDivElement>(null);
  const baseId = useId();
  // Folders that come while the run goes on are open or closed by their size too; what was toggled stays so.
  const open = useMemo(() => {
    const folders = foldersOpenAtFirst(tree);
    for (const path of toggled) if (!folders.delete(path)) folders.add(path);
    return folders;
  }, [tree, toggled]);
  const rows = useMemo(() => visibleRows(tree, open, search), [tree, open, search]);
  const place = Math.min(active, rows.length - 1);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown is brought into view once, then the person scrolls.
  useEffect(() => {
    const index = rows.findIndex(({ node }) => node.path === current);
    if (index < 0) return;
    setActive(index);
    virtualizer.scrollToIndex(index);
  }, [current]);
  const toggle = (path: string) => {
    const next = new Set(toggled);
    if (!next.delete(path)) next.add(path);
    setToggled(next);
  };
  const choose = (row: TreeRow, index: number) => {
    setActive(index);
    if (row.node.children) toggle(row.node.path);
    else onPath(row.node.path);
  };
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtualizer.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[place];
    if (!row) return;
    const { node, depth, isOpen } = row;
    const parent = () => rows.findLastIndex((other, index) => index < place && other.depth < depth);
    const keys: Record<string, () => void> = {
      ArrowDown: () => go(place + 1),
      ArrowUp: () => go(place - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (node.children && !isOpen ? toggle(node.path) : go(place + 1)),
      ArrowLeft: () => (isOpen ? toggle(node.path) : go(Math.max(0, parent()))),
      Enter: () => choose(row, place),
      ' ': () => choose(row, place),
    };
    const run = keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  };
  return (
    <nav className={classes.tree} aria-label="Files of this run">
      <div className={classes.treeTools}>
        <TextInput
          aria-label="Search files"
          placeholder={`Search ${formatPlural(files, 'file')}`}
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setActive(0);
          }}
        />
        <DownloadFolder runId={runId} path="" name="all files" />
      </div>
      <div ref={scroll} className={classes.treeScroll}>
        <div
          role="tree"
          aria-label="Files"
          tabIndex={0}
          aria-activedescendant={rows[place] ? `${baseId}-${place}` : undefined}
          style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
          onKeyDown={onKeyDown}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <Row
                key={row.node.path}
                id={`${baseId}-${item.index}`}
                runId={runId}
                row={row}
                top={item.start}
                isActive={item.index === place}
                isCurrent={row.node.path === current}
                isFound={search !== ''}
                onChoose={() => choose(row, item.index)}
              />
            );
          })}
        </div>
        {rows.length === 0 ? <p className={classes.note}>No file has this in its path.</p> : null}
      </div>
    </nav>
  );
}

type RowProps = {
  id: string;
  runId: string;
  row: TreeRow;
  top: number;
  isActive: boolean;
  isCurrent: boolean;
  isFound: boolean;
  onChoose: () => void;
};

function Row({ id, runId, row, top, isActive, isCurrent, isFound, onChoose }: RowProps) {
  const { node, depth, isOpen } = row;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keyboard.
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names this row as active.
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={node.children ? isOpen : undefined}
      aria-selected={isCurrent}
      className={classes.node}
      data-active={isActive || undefined}
      style={{ transform: `translateY(${top}px)`, paddingLeft: 8 + depth * 16 }}
      onClick={onChoose}
    >
      {node.children ? (
        <>
          <Chevron size={13} aria-hidden="true" />
          <IconFolder size={15} aria-hidden="true" />
        </>
      ) : (
        <IconFile size={15} aria-hidden="true" />
      )}
      <span className="a-truncate" title={node.path}>
        {isFound ? node.path : node.name}
      </span>
      {node.children ? (
        <DownloadFolder runId={runId} path={node.path} name={node.name} />
      ) : (
        <span className={classes.size}>{formatBytes(node.sizeBytes)}</span>
      )}
    </div>
  );
}

function DownloadFolder({ runId, path, name }: { runId: string; path: string; name: string }) {
  return (
    <Tooltip label={`Download ${name} as ZIP`}>
      <ActionIcon
        component="a"
        className={classes.downloadFolder}
        size="sm"
        variant="subtle"
        tabIndex={path === '' ? 0 : -1}
        href={urlOf(api.runObjects.zip, { params: { runId }, query: { path } })}
        download
        aria-label={`Download ${name} as ZIP`}
        onClick={(event) => event.stopPropagation()}
      >
        <IconDownload size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
