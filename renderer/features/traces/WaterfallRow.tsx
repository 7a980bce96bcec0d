import { IconAlertTriangle, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo } from 'react';
import { formatSpanTime } from './span-time.ts';
import type { SpanNode } from './span-tree.ts';
import classes from './waterfall.module.css';

type Props = {
  id: string;
  row: number;
  /** Its place among the rows shown, the head included. */
  position: number;
  node: SpanNode;
  totalMs: number;
  top: number;
  isChosen: boolean;
  isMatch: boolean;
  isFolded: boolean;
  onChoose: (row: number) => void;
  onToggle: (row: number) => void;
};

/** Types of spans that have a colour of their own, as MLflow names them. */
const kinds: Record<string, string> = {
  LLM: 'model',
  CHAT_MODEL: 'model',
  EMBEDDING: 'model',
  RETRIEVER: 'data',
  RERANKER: 'data',
  PARSER: 'data',
  TOOL: 'tool',
  AGENT: 'agent',
  CHAIN: 'agent',
};

/** Deep trees do not push their names out of sight. */
const maxIndent = 14;

function Row(props: Props) {
  const { row, node, totalMs, isFolded } = props;
  const { span, depth, children, startMs, durationMs } = node;
  const share = (ms: number) => (totalMs > 0 ? (ms / totalMs) * 100 : 0);
  const Chevron = isFolded ? IconChevronRight : IconChevronDown;
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keyboard.
    <div
      role="row"
      id={props.id}
      aria-level={depth + 1}
      aria-rowindex={props.position}
      aria-expanded={children > 0 ? !isFolded : undefined}
      aria-selected={props.isChosen}
      className={classes.row}
      data-match={props.isMatch || undefined}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={() => props.onChoose(row)}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
      <span
        role="gridcell"
        className={classes.name}
        style={{ paddingLeft: 6 + Math.min(depth, maxIndent) * 14 }}
        title={`${span.name} (${span.type})`}
      >
        {children > 0 ? (
          // biome-ignore lint/a11y/noStaticElementInteractions: the row says that it folds; arrow keys do it.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
          <span
            className={classes.chevron}
            data-fold=""
            onClick={(event) => {
              event.stopPropagation();
              props.onToggle(row);
            }}
          >
            <Chevron size={14} aria-hidden="true" />
          </span>
        ) : (
          <span className={classes.chevron} />
        )}
        {span.status === 'error' ? (
          <IconAlertTriangle size={13} className={classes.errorIcon} aria-label="failed" />
        ) : null}
        <span className="a-truncate">{span.name}</span>
        <span className={classes.type}>{span.type}</span>
        {isFolded ? <span className={classes.below}>+{node.end - row - 1}</span> : null}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
      <span role="gridcell" className={classes.duration}>
        {formatSpanTime(durationMs)}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
      <span role="gridcell" className={classes.lane}>
        <span className="a-hidden">begins after {formatSpanTime(startMs)}</span>
        <span
          className={classes.bar}
          data-kind={span.status === 'error' ? 'error' : (kinds[span.type] ?? 'other')}
          data-open={durationMs === null || undefined}
          style={{ left: `${share(startMs)}%`, width: `${share(durationMs ?? totalMs - startMs)}%` }}
        />
      </span>
    </div>
  );
}

/** A span and its bar. Drawn again only when something of its own changed. */
export const WaterfallRow = memo(Row);
