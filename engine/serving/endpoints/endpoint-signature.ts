import type { EndpointRoute, Signature } from '../../../local-api/contract/index.ts';
import type { ModelScorer } from '../serving-service.ts';
import { armsOf, type RouteArm } from './choose-arm.ts';

type Input = Signature['inputs'][number];

/**
 * What callers of a route send and get, whichever of its versions answers: the columns of all of them. One has to be there
 * when a version that answers needs it; what only the others read may be absent. Classes are in the order of the first version.
 *
 * Versions that are not there any more are passed over; errors: those of the first when none is left.
 */
export async function routeSignature(
  serving: Pick<ModelScorer, 'describe'>,
  route: EndpointRoute,
): Promise<Signature> {
  const arms = armsOf(route);
  const found = await Promise.allSettled(arms.map(({ ref }) => serving.describe(ref)));
  const signatures = found.flatMap((one, index) =>
    one.status === 'fulfilled'
      ? [{ signature: one.value.signature, answers: doesAnswer(route, arms[index]) }]
      : [],
  );
  const [first, ...others] = signatures;
  if (first === undefined) throw found[0]?.status === 'rejected' ? found[0].reason : new Error('No arms.');
  if (others.every(({ signature }) => hasSameInputs(signature, first.signature))) return first.signature;
  const inputs = new Map<string, Input>();
  for (const { signature, answers } of signatures)
    for (const input of signature.inputs) {
      const known = inputs.get(input.name);
      const nullable = (known?.nullable ?? true) && (input.nullable || !answers);
      inputs.set(input.name, { ...(known ?? input), nullable });
    }
  return { ...first.signature, inputs: [...inputs.values()] };
}

function doesAnswer(route: EndpointRoute, arm: RouteArm | undefined): boolean {
  if (route.kind === 'shadow') return arm?.name === 'live';
  return route.kind !== 'blueGreen' || arm?.name === route.active;
}

function hasSameInputs(a: Signature, b: Signature): boolean {
  return (
    a === b ||
    (a.inputs.length === b.inputs.length &&
      a.inputs.every(({ name, nullable }, index) => {
        const other = b.inputs[index];
        return other?.name === name && other.nullable === nullable;
      }))
  );
}
