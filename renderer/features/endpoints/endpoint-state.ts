import type { ServingEndpoint } from '../../../local-api/contract/index.ts';
import type { Tone } from '../../components/ToneBadge.tsx';

const kinds: Record<ServingEndpoint['route']['kind'], string> = {
  single: 'one version',
  ab: 'A/B test',
  canary: 'canary',
  shadow: 'shadow',
  blueGreen: 'blue/green',
  ensemble: 'ensemble',
};

/** What an endpoint is doing, as a short word with its colour. */
export function stateOf({ isPaused, route, canary }: ServingEndpoint): { text: string; tone: Tone } {
  if (isPaused) return { text: 'paused', tone: 'warn' };
  if (route.kind === 'canary' && canary) {
    const percent = route.steps[canary.step]?.percent ?? 0;
    return canary.phase === 'held'
      ? { text: `canary held at ${percent} %`, tone: 'warn' }
      : { text: `canary at ${percent} %`, tone: 'info' };
  }
  return { text: kinds[route.kind], tone: 'good' };
}
