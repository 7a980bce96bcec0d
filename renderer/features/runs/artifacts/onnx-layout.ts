import { Graph, layout } from '@dagrejs/dagre';
import type { OnnxGraph, OnnxNode } from './onnx-graph.ts';

/** A box of the drawing: an operator, an input or output of the model, or a folded scope of many nodes. */
export type Box = {
  id: string;
  kind: 'node' | 'input' | 'output' | 'scope';
  label: string;
  note: string;
  node: OnnxNode | null;
  x: number;
  y: number;
  width: number;
  height: number;
};
export type Edge = { id: string; label: string; points: { x: number; y: number }[] };
export type Layout = { boxes: Box[]; edges: Edge[]; width: number; height: number };

/** More boxes are folded by the scopes in their names, as long as these tell any. */
const MOST_BOXES = 220;
const HEIGHT = 40;

/** The scope of a node at a depth: the first parts of `/encoder/layer.0/attention/MatMul`. */
function scopeOf(name: string, depth: number): string | null {
  const parts = name.split('/').filter((part) => part !== '');
  return parts.length > depth ? parts.slice(0, depth).join('/') : null;
}

/**
 * Which nodes stand together in one box. Scopes that were opened stand in their parts; the deepest folding that brings
 * the drawing below `MOST_BOXES` is taken, so small graphs are not folded at all.
 */
export function foldScopes(nodes: readonly OnnxNode[], opened: ReadonlySet<string>): string[] {
  const ids = nodes.map((_, index) => `n${index}`);
  if (nodes.length <= MOST_BOXES) return ids;
  const deepest = Math.min(12, Math.max(...nodes.map(({ name }) => name.split('/').length)));
  const folded = (depth: number) =>
    nodes.map(({ name }, index) => {
      for (let level = 1; level <= depth; level += 1) {
        const scope = scopeOf(name, level);
        if (scope === null) break;
        if (level === depth && !opened.has(scope)) return `s${scope}`;
        if (level === depth) {
          const inner = scopeOf(name, level + 1);
          if (inner !== null && !opened.has(inner)) return `s${inner}`;
        }
      }
      return ids[index] ?? '';
    });
  for (let depth = deepest; depth > 1; depth -= 1) {
    const groups = folded(depth);
    if (new Set(groups).size <= MOST_BOXES) return groups;
  }
  return folded(1);
}

/** Places the boxes in layers from top to bottom (Sugiyama's method, by dagre). About 0.3 s for 300 boxes. */
export function layOut(graph: OnnxGraph, opened: ReadonlySet<string>): Layout {
  const groups = foldScopes(graph.nodes, opened);
  const drawing = new Graph<object, Partial<Box>, { label: string; points: { x: number; y: number }[] }>();
  drawing.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 34, edgesep: 8 });
  const boxes = new Map<string, Omit<Box, 'x' | 'y'>>();
  const add = (id: string, kind: Box['kind'], label: string, note: string, node: OnnxNode | null) => {
    const width = Math.min(260, Math.max(70, Math.max(label.length, note.length * 0.85) * 7.2 + 22));
    boxes.set(id, { id, kind, label, note, node, width, height: HEIGHT });
    drawing.setNode(id, { width, height: HEIGHT });
  };
  const counts = new Map<string, number>();
  for (const id of groups) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const port of graph.inputs) add(`i${port.name}`, 'input', port.name, port.type, null);
  for (const [index, node] of graph.nodes.entries()) {
    const id = groups[index] ?? '';
    if (boxes.has(id)) continue;
    if (id.startsWith('s')) add(id, 'scope', id.slice(1), `${counts.get(id)} nodes`, null);
    else add(id, 'node', node.operator, shortName(node), node);
  }
  for (const port of graph.outputs) add(`o${port.name}`, 'output', port.name, port.type, null);
  connect(graph, groups, (from, to, label) => {
    if (from !== to && !drawing.hasEdge(from, to)) drawing.setEdge(from, to, { label, points: [] });
  });
  layout(drawing);
  const size = drawing.graph() as { width?: number; height?: number };
  return {
    boxes: [...boxes.values()].map((box) => {
      const { x = 0, y = 0 } = drawing.node(box.id);
      return { ...box, x, y };
    }),
    edges: drawing.edges().map((edge) => {
      const { label, points } = drawing.edge(edge);
      return { id: `${edge.v} ${edge.w}`, label, points };
    }),
    width: size.width ?? 0,
    height: size.height ?? 0,
  };
}

function connect(
  graph: OnnxGraph,
  groups: readonly string[],
  edge: (from: string, to: string, label: string) => void,
): void {
  const makers = new Map(graph.inputs.map(({ name }) => [name, `i${name}`]));
  for (const [index, node] of graph.nodes.entries()) {
    for (const output of node.outputs) makers.set(output, groups[index] ?? '');
  }
  for (const [index, node] of graph.nodes.entries()) {
    for (const input of node.inputs) {
      const from = makers.get(input);
      if (from !== undefined) edge(from, groups[index] ?? '', input);
    }
  }
  for (const { name } of graph.outputs) {
    const from = makers.get(name);
    if (from !== undefined) edge(from, `o${name}`, name);
  }
}

function shortName({ name }: OnnxNode): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.length > 30 ? `${last.slice(0, 29)}…` : last;
}
