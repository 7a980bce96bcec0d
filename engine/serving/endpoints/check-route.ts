import type { EndpointRoute, Problem } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { ModelScorer, ServedModel } from '../serving-service.ts';
import { armsOf } from './choose-arm.ts';

/** Where the reference of an arm stands in the route, as a JSON pointer. */
function pointerOf(route: EndpointRoute, index: number): string {
  switch (route.kind) {
    case 'single':
      return '/route/ref';
    case 'ab':
      return `/route/arms/${index}/ref`;
    case 'canary':
      return index === 0 ? '/route/stable' : '/route/canary';
    case 'shadow':
      return index === 0 ? '/route/live' : `/route/shadows/${index - 1}/ref`;
    case 'blueGreen':
      return index === 0 ? '/route/blue' : '/route/green';
    case 'ensemble':
      return `/route/members/${index}/ref`;
  }
}

/**
 * The route, ready to serve: every version is loaded and has answered once, and a canary names exact versions, so that an
 * alias that moves meanwhile changes nothing about what is compared or rolled back to.
 *
 * Errors: `endpoints/bad-route` with every version that is not there, cannot answer, or answers another question than the
 * first. Cost: a load for each version that is not loaded yet.
 */
export async function readyRoute(serving: ModelScorer, route: EndpointRoute): Promise<EndpointRoute> {
  const problems: Problem[] = [];
  const found: (ServedModel | null)[] = [];
  for (const [index, { ref }] of armsOf(route).entries()) {
    try {
      const served = await serving.describe(ref);
      await serving.warm(ref);
      found.push(served);
    } catch (thrown) {
      problems.push({ path: pointerOf(route, index), message: messageOf(thrown) });
      found.push(null);
    }
  }
  const first = found[0];
  for (const [index, served] of found.entries()) {
    if (index === 0 || !first || !served) continue;
    const fault = difference(first, served);
    if (fault !== null) problems.push({ path: pointerOf(route, index), ...fault });
  }
  const [stable, canary] = found;
  if (route.kind === 'canary' && stable && canary && exact(stable) === exact(canary))
    problems.push({
      path: pointerOf(route, 1),
      message: `${exact(canary)} is the stable version itself`,
      expected: 'another version',
    });
  if (route.kind === 'ensemble' && route.combine === 'vote' && first?.signature.classes === null)
    problems.push({
      path: '/route/combine',
      message: `${exact(first)} answers with a number, and votes are for classes`,
      expected: 'mean or weighted',
    });
  const [problem] = problems;
  if (problem !== undefined) {
    const others = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
    throw new AssayError('endpoints/bad-route', `${problem.path}: ${problem.message}${others}`, { problems });
  }
  if (route.kind !== 'canary' || !stable || !canary) return route;
  return { ...route, stable: exact(stable), canary: exact(canary) };
}

function exact({ model, version }: ServedModel): string {
  return `${model}/${version}`;
}

/** Why two versions cannot stand for one another; null when they answer the same question. */
export function difference(first: ServedModel, other: ServedModel): Omit<Problem, 'path'> | null {
  const [a, b] = [first.signature, other.signature];
  if (a.task !== b.task)
    return {
      message: `${exact(other)} is for ${b.task}`,
      expected: `${a.task}, as ${exact(first)} is for`,
    };
  const classes = (names: readonly string[] | null) => [...(names ?? [])].sort().join(', ');
  if (classes(a.classes) === classes(b.classes)) return null;
  return {
    message: `${exact(other)} answers ${classes(b.classes)}`,
    expected: `${classes(a.classes)}, as ${exact(first)} does`,
  };
}
