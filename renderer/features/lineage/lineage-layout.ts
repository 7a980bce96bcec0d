import { Graph, layout } from '@dagrejs/dagre';
import type { Lineage } from '../../../local-api/contract/index.ts';

export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 52;

/** Where each node stands: in layers from left to right, what came first at the left. About 0.2 s for 500 nodes. */
export function placesOf({ nodes, edges }: Lineage): Map<string, { x: number; y: number }> {
  const drawing = new Graph<object, { width: number; height: number; x?: number; y?: number }, object>();
  drawing.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 64, edgesep: 8 });
  for (const { id } of nodes) drawing.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { from, to } of edges)
    if (drawing.hasNode(from) && drawing.hasNode(to)) drawing.setEdge(from, to, {});
  layout(drawing);
  return new Map(
    nodes.map(({ id }) => {
      const { x = 0, y = 0 } = drawing.node(id);
      return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
    }),
  );
}

/** A node with all that it came of and all that came of it. */
export function related(id: string, edges: Lineage['edges']): Set<string> {
  const found = new Set([id]);
  for (const [near, far] of [
    ['to', 'from'],
    ['from', 'to'],
  ] as const) {
    const front = [id];
    const seen = new Set(front);
    for (let at = front.pop(); at !== undefined; at = front.pop())
      for (const edge of edges)
        if (edge[near] === at && !seen.has(edge[far])) {
          seen.add(edge[far]);
          found.add(edge[far]);
          front.push(edge[far]);
        }
  }
  return found;
}
