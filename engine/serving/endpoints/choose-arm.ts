import { createHash } from 'node:crypto';
import type { CanaryProgress, EndpointRoute } from '../../../local-api/contract/index.ts';

/** A version as a route names it. */
export type RouteArm = { name: string; ref: string };

/** Every arm of a route, those that only shadow included. */
export function armsOf(route: EndpointRoute): RouteArm[] {
  switch (route.kind) {
    case 'single':
      return [{ name: 'main', ref: route.ref }];
    case 'ab':
      return route.arms.map(({ name, ref }) => ({ name, ref }));
    case 'canary':
      return [
        { name: 'stable', ref: route.stable },
        { name: 'canary', ref: route.canary },
      ];
    case 'shadow':
      return [{ name: 'live', ref: route.live }, ...route.shadows];
    case 'blueGreen':
      return [
        { name: 'blue', ref: route.blue },
        { name: 'green', ref: route.green },
      ];
    case 'ensemble':
      return route.members.map(({ name, ref }) => ({ name, ref }));
  }
}

/**
 * The arm that answers a request with this key. The same key always meets the same arm, and a canary keeps those it has when
 * its share grows. `endpoint` salts the hash, so that two endpoints do not pick the same customers.
 */
export function chooseArm(
  endpoint: string,
  route: EndpointRoute,
  canary: Pick<CanaryProgress, 'step'> | null,
  key: string,
): RouteArm {
  const arms = armsOf(route);
  const [first] = arms;
  if (first === undefined) throw new Error('A route without arms cannot be.');
  const named = (name: string) => arms.find((arm) => arm.name === name) ?? first;
  if (route.kind === 'blueGreen') return named(route.active);
  if (route.kind === 'canary') {
    const percent = route.steps[canary?.step ?? 0]?.percent ?? 0;
    return named(positionOf(endpoint, key) * 100 < percent ? 'canary' : 'stable');
  }
  if (route.kind !== 'ab') return first;
  const total = route.arms.reduce((sum, { weight }) => sum + weight, 0);
  let left = positionOf(endpoint, key) * total;
  for (const arm of route.arms) {
    left -= arm.weight;
    if (left < 0) return named(arm.name);
  }
  // Rounding only: the last arm that has a share.
  return named(route.arms.findLast(({ weight }) => weight > 0)?.name ?? first.name);
}

/** A number in [0, 1) made of a text, evenly spread: 48 bits of SHA-256. */
export function positionOf(salt: string, key: string): number {
  const hash = createHash('sha256').update(salt).update('\0').update(key).digest();
  return hash.readUIntBE(0, 6) / 2 ** 48;
}
