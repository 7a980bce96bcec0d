import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { createContext, useContext, useMemo, useState } from 'react';
import type { ColumnLineage, Lineage, LineageNode } from '../../../local-api/contract/index.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { columnPlaces } from './column-places.ts';
import classes from './lineage.module.css';
import { NODE_HEIGHT, NODE_WIDTH, placesOf, related } from './lineage-layout.ts';
import { hrefOf, kindIcons, kindWords } from './node-links.ts';

type Thing = Node<{ node: LineageNode; columns: string; isRoot: boolean; hasMore: boolean }, 'thing'>;

/** Which nodes stand out, and how a node says that it is looked at. */
const Shown = createContext<{ ids: ReadonlySet<string> | null; look: (id: string | null) => void }>({
  ids: null,
  look: () => {},
});

const nodeTypes = { thing: ThingNode };

/** The graph as a drawing. What is pointed at or has the focus stands out with all that it came of and all that came of it. */
export function LineageGraph({ lineage, columns }: { lineage: Lineage; columns: ColumnLineage | null }) {
  const [looked, look] = useState<string | null>(null);
  const places = useMemo(
    () => (columns === null ? null : columnPlaces(columns, lineage.edges)),
    [columns, lineage],
  );
  const ids = useMemo(() => {
    if (places !== null) return new Set(places.keys());
    return looked === null ? null : related(looked, lineage.edges);
  }, [looked, lineage, places]);
  const nodes = useMemo((): Thing[] => {
    const corners = placesOf(lineage);
    const more = new Set(lineage.cut?.nodes ?? []);
    return lineage.nodes.map((node) => ({
      id: node.id,
      type: 'thing',
      position: corners.get(node.id) ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      data: {
        node,
        columns: places?.get(node.id) ?? '',
        isRoot: node.id === lineage.root,
        hasMore: more.has(node.id),
      },
    }));
  }, [lineage, places]);
  const edges = lineage.edges.map(
    ({ from, to, label }): Edge => ({
      id: `${from} ${to} ${label}`,
      source: from,
      target: to,
      label: label !== '' && ids?.has(from) && ids.has(to) ? label : undefined,
      className:
        ids === null
          ? ''
          : ids.has(from) && ids.has(to)
            ? (classes.shownEdge ?? '')
            : (classes.dimEdge ?? ''),
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14 },
    }),
  );
  return (
    <Shown value={{ ids, look }}>
      <ReactFlow
        className={classes.graph ?? ''}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        fitView
        fitViewOptions={{ maxZoom: 1, minZoom: 0.35, padding: 0.08 }}
        minZoom={0.1}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        proOptions={{ hideAttribution: false }}
        aria-label="What came of what, from left to right"
      >
        <Background gap={22} size={1} color="var(--a-line)" />
        <Controls showInteractive={false} />
      </ReactFlow>
    </Shown>
  );
}

function ThingNode({ data: { node, columns, isRoot, hasMore } }: NodeProps<Thing>) {
  const { ids, look } = useContext(Shown);
  const Icon = kindIcons[node.kind];
  const href = hrefOf(node);
  const content = (
    <>
      <Icon size={18} stroke={1.6} aria-hidden="true" className={classes.icon} />
      <span className={classes.words}>
        <span className={classes.title}>{node.title}</span>
        <span className={classes.note} data-columns={columns === '' ? undefined : true}>
          {columns === '' ? node.note : columns}
        </span>
      </span>
    </>
  );
  const shared = {
    className: classes.node ?? '',
    title: `${kindWords[node.kind]}: ${node.title}${hasMore ? '. More lies behind it' : ''}`,
    'data-root': isRoot || undefined,
    'data-tone': node.tone,
    'data-gone': node.isGone || undefined,
    'data-more': hasMore || undefined,
    'data-dim': (ids !== null && !ids.has(node.id)) || undefined,
    onMouseEnter: () => look(node.id),
    onMouseLeave: () => look(null),
    onFocus: () => look(node.id),
    onBlur: () => look(null),
  };
  return (
    <>
      <Handle type="target" position={Position.Left} className={classes.handle ?? ''} />
      {href === null ? (
        <div {...shared}>{content}</div>
      ) : (
        <AppLink {...shared} look="none" href={href}>
          {content}
        </AppLink>
      )}
      <Handle type="source" position={Position.Right} className={classes.handle ?? ''} />
    </>
  );
}
