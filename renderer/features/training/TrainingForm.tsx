import { Autocomplete, Select } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { Panel } from '../../components/Panel.tsx';
import { toast } from '../../components/toasts.tsx';
import { AnswersSection } from './AnswersSection.tsx';
import type { Draft } from './draft.ts';
import { type DraftProblem, draftProblems, type Section } from './draft-problems.ts';
import { FeaturesSection } from './FeaturesSection.tsx';
import { PreprocessingSection } from './PreprocessingSection.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';
import { RowsSection } from './RowsSection.tsx';
import { SplitSection } from './SplitSection.tsx';
import { startTraining, TrainingNotStarted } from './start-training.ts';
import { TargetSection } from './TargetSection.tsx';
import { TrainersSection } from './TrainersSection.tsx';
import classes from './training.module.css';
import { type TrainingData, useExperimentChoices, useTrainingTargets } from './training-queries.ts';
import { ValidationSection } from './ValidationSection.tsx';

/** What each part of the form gets: the draft, a way to change it, and what is wrong with this part. */
export type SectionProps = {
  draft: Draft;
  data: TrainingData;
  onChange: (draft: Draft) => void;
  faultAt: (field: string) => string | undefined;
  /** Whether anything is wrong with this part. */
  hasFault: boolean;
};

type Props = { data: TrainingData; first: Draft };

/** The parts of a training below each other, and beside them what will happen. */
export function TrainingForm({ data, first }: Props) {
  const router = useRouter();
  const [draft, setDraft] = useState(first);
  const [refused, setRefused] = useState<readonly DraftProblem[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [wasTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const found = useMemo(() => draftProblems(draft), [draft]);
  const problems = wasTried ? [...found, ...refused] : refused;

  const change = (next: Draft) => {
    // A trainer that can't do the task is not started unseen.
    const fits = (kind: string) =>
      data.trainers.some((one) => one.kind === kind && one.tasks.includes(next.task));
    const trainers = Object.fromEntries(Object.entries(next.trainers).filter(([kind]) => fits(kind)));
    setDraft({ ...next, trainers });
    setRefused([]);
    setError(null);
  };
  const start = async () => {
    setTried(true);
    if (found.length > 0) return;
    setBusy(true);
    setError(null);
    setRefused([]);
    try {
      const { experimentId, started } = await startTraining(draft);
      toast({ title: `Started ${formatPlural(started.length, 'training')}`, tone: 'good' });
      router.history.push(paths.experiment(experimentId));
    } catch (caught) {
      const cause = caught instanceof TrainingNotStarted ? caught.cause : caught;
      setError(cause);
      if (caught instanceof TrainingNotStarted) {
        setRefused(caught.problems);
        // What is under way is not started twice.
        const rest = Object.entries(draft.trainers).filter(([kind]) => !caught.started.includes(kind));
        if (rest.length > 0) setDraft({ ...draft, trainers: Object.fromEntries(rest) });
      }
      setBusy(false);
    }
  };
  const sectionProps = (section: Section): SectionProps => ({
    draft,
    data,
    onChange: change,
    faultAt: (field) =>
      problems.find((problem) => problem.section === section && problem.field === field)?.message,
    hasFault: problems.some((problem) => problem.section === section),
  });
  return (
    <form
      className={classes.form}
      aria-label="New training"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <div className={classes.sections}>
        <TargetSection {...sectionProps('target')} />
        <FeaturesSection {...sectionProps('features')} />
        <PreprocessingSection {...sectionProps('preprocessing')} />
        <SplitSection {...sectionProps('split')} />
        <TrainersSection {...sectionProps('trainers')} />
        <ValidationSection {...sectionProps('judging')} />
        <AnswersSection {...sectionProps('answers')} />
        <RowsSection {...sectionProps('rows')} />
        <ExperimentSection {...sectionProps('experiment')} />
      </div>
      <ReviewPanel draft={draft} data={data} problems={problems} error={error} isBusy={isBusy} />
    </form>
  );
}

/** No name of a target. */
const thisMachine = '';

function ExperimentSection({ draft, onChange, faultAt }: SectionProps) {
  const choices = useExperimentChoices();
  const places = useTrainingTargets().data ?? [];
  const names = choices.data?.items.map((experiment) => experiment.name) ?? [];
  const isNew = draft.experiment.trim() !== '' && !names.includes(draft.experiment.trim());
  return (
    <Panel title="10 · Experiment">
      <Autocomplete
        label="Experiment"
        description={isNew ? 'A new experiment is made.' : 'The runs are added to it.'}
        data={names}
        value={draft.experiment}
        onChange={(experiment) => onChange({ ...draft, experiment })}
        error={faultAt('')}
        maw={360}
      />
      {places.length === 0 ? null : (
        <Select
          label="Train on"
          description={
            draft.on === null
              ? 'Nothing leaves this machine.'
              : 'The data goes there, and the files of the run come back: the same recipe gives the same model.'
          }
          data={[{ value: thisMachine, label: 'This machine' }, ...places]}
          value={draft.on ?? thisMachine}
          onChange={(place) => onChange({ ...draft, on: place === thisMachine ? null : place })}
          allowDeselect={false}
          mt="md"
          maw={360}
        />
      )}
    </Panel>
  );
}
