import type { TransformRun, TransformState } from '../../../local-api/contract/index.ts';
import { type Tone, ToneBadge } from '../../components/ToneBadge.tsx';

const states: Record<TransformState, { tone: Tone; word: string }> = {
  'never-run': { tone: 'idle', word: 'never run' },
  fresh: { tone: 'good', word: 'up to date' },
  stale: { tone: 'warn', word: 'stale' },
  running: { tone: 'info', word: 'running' },
  failed: { tone: 'bad', word: 'failed' },
};

/** Whether the output is made of the newest inputs. */
export function StateBadge({ state }: { state: TransformState }) {
  return <ToneBadge tone={states[state].tone}>{states[state].word}</ToneBadge>;
}

const runTones: Record<TransformRun['state'], Tone> = {
  running: 'info',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'idle',
};

export function RunBadge({ run }: { run: Pick<TransformRun, 'state' | 'cached'> }) {
  return run.cached ? (
    <ToneBadge title="The same had been computed before">cached</ToneBadge>
  ) : (
    <ToneBadge tone={runTones[run.state]}>{run.state}</ToneBadge>
  );
}
