import type { AutoReport, Job, Leaderboard, Run } from '../../../../local-api/contract/index.ts';
import { formatBytes, formatDuration, formatLatency } from '../../../app/format.ts';
import { FinishButton } from '../../../components/FinishButton.tsx';
import { type Fact, KeyValue } from '../../../components/KeyValue.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PauseButton } from '../../../components/PauseButton.tsx';
import { isActive } from '../page/control-state.ts';
import classes from './choice.module.css';
import { endReason, heldOut, madeOf, timeLeftText, withError } from './choice-words.ts';
import { TimeLeft } from './TimeLeft.tsx';

type Props = { run: Run; board: Leaderboard; job: Job | undefined; onJob: () => void };

/** How an automatic choice stands, and what can be done with it while it goes on. */
export function ChoicePanel({ run, board, job, onJob }: Props) {
  const { auto, objectives } = board;
  const facts = [
    ...(isActive(run) ? goingOn(run, board, job) : []),
    ...(auto?.isDone ? factsOf(auto) : []),
    ...objectives.slice(0, 1).map(({ metric, direction }): Fact => {
      const on = auto === null ? '' : `, ${heldOut(auto)}`;
      return { label: 'Judged by', value: `${metric}, ${direction} is better${on}` };
    }),
  ];
  return (
    <Panel
      title={
        isActive(run) ? 'Assay is choosing' : auto?.isDone ? 'What Assay chose' : 'It did not come to an end'
      }
      aside={
        job === undefined ? null : (
          <div className={classes.actions}>
            <PauseButton job={job} size="xs" onChange={onJob} />
            <FinishButton job={job} size="xs" onChange={onJob} />
          </div>
        )
      }
    >
      <KeyValue facts={facts} />
      {isActive(run) || auto?.isDone ? null : (
        <p className={classes.note}>
          No model was made.
          {board.entries.length === 0 ? '' : ' Those that were fitted until then are runs of their own.'}
        </p>
      )}
      {auto?.notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </Panel>
  );
}

function goingOn(run: Run, { entries, auto }: Leaderboard, job: Job | undefined): Fact[] {
  const budgetSeconds = Number(run.params['auto.budgetSeconds']);
  const models = entries.filter(({ key }) => key !== 'ensemble');
  const fitted = models.filter(({ state }) => state !== 'running').length;
  const [best] = models.filter(({ state }) => state === 'complete');
  const left: Fact[] =
    run.status === 'scheduled' && !job?.isPaused
      ? [{ label: 'Begins', value: 'when its turn comes' }]
      : [
          {
            label: 'Time left',
            value: (
              <>
                <TimeLeft
                  budgetSeconds={budgetSeconds}
                  usedSeconds={auto?.elapsedSeconds ?? (Date.now() - run.startedAtMs) / 1000}
                  isPaused={job?.isPaused ?? false}
                />
                <span className="a-dim">
                  {' '}
                  of {timeLeftText(budgetSeconds)}
                  {job?.isPaused ? ', paused' : ''}
                </span>
              </>
            ),
          },
        ];
  return [
    ...left,
    { label: 'Models fitted', value: fitted },
    ...(best === undefined ? [] : [{ label: 'Best by now', value: best.title ?? best.key }]),
  ];
}

function factsOf(auto: AutoReport): Fact[] {
  const { objective, metrics, latencyMs, batchMs, modelBytes, elapsedSeconds } = auto;
  const quality = metrics[objective.metric];
  const reason = endReason(auto);
  const batch = batchMs === null ? '' : `, 1,000 in ${formatLatency(batchMs)}`;
  return [
    { label: 'Model', value: madeOf(auto) },
    ...(quality === undefined
      ? []
      : [{ label: objective.metric, value: withError(quality.mean, quality.se ?? undefined) }]),
    {
      label: 'Took',
      value: `${formatDuration(1000 * elapsedSeconds)}${reason === null ? '' : `. ${reason}.`}`,
    },
    ...(latencyMs === null
      ? []
      : [{ label: 'Answers', value: `one row in ${formatLatency(latencyMs)}${batch}` }]),
    ...(modelBytes === null ? [] : [{ label: 'Size', value: formatBytes(modelBytes) }]),
  ];
}
