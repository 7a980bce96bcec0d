import type { ComparisonService } from '../../engine/comparison/index.ts';
import { quoteText } from '../../engine/store/index.ts';
import type { TrainingService } from '../../engine/training/index.ts';
import type { api, Leaderboard } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

/** With fewer complete trials nothing can be said of the settings. */
const fewestForImportance = 10;

export function studyRoutes(
  training: TrainingService,
  comparison: Pick<ComparisonService, 'importance'>,
): Handlers<typeof api.studies> {
  return {
    async leaderboard({ params: { runId } }): Promise<Leaderboard> {
      const board = await training.leaderboard(runId);
      const complete = board.entries.filter(({ state }) => state === 'complete');
      const [objective] = board.objectives;
      const settings = [...new Set(complete.flatMap(({ values }) => Object.keys(values)))];
      if (complete.length < fewestForImportance || objective === undefined || settings.length === 0) {
        return { ...board, importance: null };
      }
      const importance = await comparison.importance({
        filter: `parentRunId = ${quoteText(runId)} and status = 'finished' and params.outer is null`,
        metric: objective.metric,
        summary: 'last',
        params: settings.map((path) => (path === 'trainer.kind' ? 'trainer' : path)),
      });
      return { ...board, importance };
    },
  };
}
