import type { ColumnLineage, Lineage } from '../../../local-api/contract/index.ts';

/**
 * What a followed column is called at each node of the graph, and how it came there. Transforms between two such nodes stand out
 * too, with no words.
 */
export function columnPlaces(
  { root, columns, links }: ColumnLineage,
  edges: Lineage['edges'],
): Map<string, string> {
  const names = new Map<string, Set<string>>([[root, new Set(columns)]]);
  for (const { from, to } of links)
    for (const { node, column } of [from, to]) names.set(node, (names.get(node) ?? new Set()).add(column));
  const places = new Map([...names].map(([node, set]) => [node, wordsOf([...set])]));
  const linked = new Set(links.map(({ from, to }) => `${from.node} ${to.node}`));
  for (const { from, to } of edges)
    for (const next of edges)
      if (next.from === to && linked.has(`${from} ${next.to}`) && !places.has(to)) places.set(to, '');
  return places;
}

function wordsOf(columns: readonly string[]): string {
  const named = columns.filter((column) => column !== '*');
  if (named.length < columns.length) return 'any column';
  return named.length > 3 ? `${named.slice(0, 2).join(', ')} and ${named.length - 2} more` : named.join(', ');
}
