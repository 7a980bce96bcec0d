import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { toast } from '../../components/toasts.tsx';
import { autoKind } from './auto/auto-settings.ts';
import type { DraftProblem } from './draft-problems.ts';
import { startTraining, TrainingNotStarted, type TrainingOrder } from './start-training.ts';

type Start = {
  /** What the engine refused, at its place on the page. */
  refused: readonly DraftProblem[];
  error: unknown;
  isBusy: boolean;
  start: (order: TrainingOrder) => Promise<void>;
  /** What was refused no longer holds. */
  forget: () => void;
};

/** Starts trainings and goes to where they show. `onStarted` gets the trainers that are under way where another was refused. */
export function useStart(onStarted: (kinds: readonly string[]) => void): Start {
  const router = useRouter();
  const [refused, setRefused] = useState<readonly DraftProblem[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const forget = () => {
    setRefused([]);
    setError(null);
  };
  const start = async (order: TrainingOrder) => {
    setBusy(true);
    forget();
    try {
      const { experimentId, started, runIds } = await startTraining(order);
      toast({ title: `Started ${formatPlural(started.length, 'training')}`, tone: 'good' });
      const [runId] = started.includes(autoKind) ? runIds : [];
      router.history.push(
        runId === undefined ? paths.experiment(experimentId) : paths.run(runId, { tab: 'leaderboard' }),
      );
    } catch (caught) {
      setError(caught instanceof TrainingNotStarted ? caught.cause : caught);
      if (caught instanceof TrainingNotStarted) {
        setRefused(caught.problems);
        onStarted(caught.started);
      }
      setBusy(false);
    }
  };
  return { refused, error, isBusy, start, forget };
}
