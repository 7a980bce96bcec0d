import type { TransformDefinition } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { outputDatasets } from './plan-transform.ts';

/** A transform by what it reads in its newest version, and what it writes. */
export type Node = { name: string; reads: readonly string[]; writes: readonly string[] };

export function nodeOf(name: string, definition: TransformDefinition): Node {
  const reads = Object.values(definition.inputs).flatMap(({ dataset, version }) =>
    version === 'latest' ? [dataset] : [],
  );
  return { name, reads: [...new Set(reads)], writes: outputDatasets(definition) };
}

/** Transforms whose output the others read come first. Cost: transforms × reads. */
export function inOrder<T extends Node>(nodes: readonly T[]): T[] {
  const writer = new Map(nodes.flatMap((node) => node.writes.map((dataset) => [dataset, node])));
  const done = new Set<T>();
  const ordered: T[] = [];
  const visit = (node: T): void => {
    if (done.has(node)) return;
    done.add(node);
    for (const dataset of node.reads) {
      const before = writer.get(dataset);
      if (before !== undefined) visit(before);
    }
    ordered.push(node);
  };
  for (const node of nodes) visit(node);
  return ordered;
}

/**
 * Refuses a transform that would feed itself, directly or through others, or that writes what another one writes.
 * Errors: `transforms/cycle`, `transforms/output-taken`.
 */
export function checkDependencies(node: Node, others: readonly Node[]): void {
  for (const other of others) {
    const taken = other.writes.find((dataset) => node.writes.includes(dataset));
    if (taken !== undefined)
      throw new AssayError('transforms/output-taken', `${taken} is written by the transform ${other.name}.`, {
        problems: [
          { path: '/definition/output', message: `${taken} is written by the transform ${other.name}` },
        ],
      });
  }
  const readers = (dataset: string) => [node, ...others].filter(({ reads }) => reads.includes(dataset));
  const path = findPath(node.writes, new Set(node.reads), readers);
  if (path !== null)
    throw new AssayError(
      'transforms/cycle',
      `The output would feed the transform itself: ${path.join(' → ')}.`,
      {
        problems: [
          { path: '/definition/output', message: `feeds the transform itself: ${path.join(' → ')}` },
        ],
      },
    );
}

/** How what is written comes back to one of `wanted`, dataset by dataset; null when it does not. */
function findPath(
  writes: readonly string[],
  wanted: ReadonlySet<string>,
  readers: (dataset: string) => readonly Node[],
): string[] | null {
  const waiting = writes.map((dataset) => [dataset]);
  const seen = new Set(writes);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const dataset = path.at(-1) ?? '';
    if (wanted.has(dataset)) return path;
    for (const next of readers(dataset).flatMap((reader) => reader.writes)) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push([...path, next]);
    }
  }
  return null;
}
