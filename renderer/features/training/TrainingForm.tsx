import { SegmentedControl } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { RecipeCheck } from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { LoadingState } from '../../components/LoadingState.tsx';
import { toast } from '../../components/toasts.tsx';
import { AnswersSection } from './AnswersSection.tsx';
import { autoKind } from './auto/auto-settings.ts';
import type { Draft } from './draft.ts';
import {
  type DraftProblem,
  draftProblems,
  placeProblem,
  problemWords,
  type Section,
} from './draft-problems.ts';
import { ExperimentSection } from './ExperimentSection.tsx';
import { FeaturesSection } from './FeaturesSection.tsx';
import { PreprocessingSection } from './PreprocessingSection.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';
import { RowsSection } from './RowsSection.tsx';
import { SplitSection } from './SplitSection.tsx';
import { startTraining, TrainingNotStarted } from './start-training.ts';
import { TargetSection } from './TargetSection.tsx';
import { TrainersSection } from './TrainersSection.tsx';
import classes from './training.module.css';
import type { TrainingData } from './training-queries.ts';
import { useRecipeChecks } from './use-recipe-check.ts';
import { ValidationSection } from './ValidationSection.tsx';
import { isFaulty, type RecipeText, type RecipeTexts, recipesOf } from './written-recipes.ts';

const RecipeEditor = lazy(async () => ({
  default: (await import('./recipe-editor/RecipeEditor.tsx')).RecipeEditor,
}));

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

/** The parts of a training below each other, or its recipe as text; and beside them what will happen. */
export function TrainingForm({ data, first }: Props) {
  const router = useRouter();
  const [draft, setDraft] = useState(first);
  const [texts, setTexts] = useState<RecipeTexts>({});
  const [view, setView] = useState<'form' | 'recipe'>('form');
  const [format, setFormat] = useState<RecipeText['format']>('yaml');
  const [chosen, setChosen] = useState<string | null>(null);
  const [refused, setRefused] = useState<readonly DraftProblem[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [wasTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const kinds = Object.keys(draft.trainers);
  const shown = chosen !== null && kinds.includes(chosen) ? chosen : kinds[0];
  const recipes = useMemo(() => recipesOf(draft, texts), [draft, texts]);
  const missing = useMemo(() => draftProblems(draft), [draft]);
  const checks = useRecipeChecks(asked(draft, texts, recipes, missing));
  const found = [...missing, ...leftFaulty(draft, texts)];
  const problems = distinct([
    ...(wasTried ? [...found, ...refused] : refused),
    ...(found.length > 0 ? [] : problemsOf(checks)),
  ]);

  const change = (next: Draft) => {
    // A trainer that can't do the task is not started unseen.
    const fits = (kind: string) =>
      kind === autoKind || data.trainers.some((one) => one.kind === kind && one.tasks.includes(next.task));
    const trainers = Object.fromEntries(Object.entries(next.trainers).filter(([kind]) => fits(kind)));
    setDraft({ ...next, trainers });
    setRefused([]);
    setError(null);
  };
  const edit = (next: Draft, trainer: string, text: RecipeText) => {
    setDraft(next);
    setTexts({ ...texts, [trainer]: text });
    setChosen(trainer);
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
      const { experiment, on } = draft;
      const { experimentId, started, runIds } = await startTraining({ recipes, experiment, on });
      toast({ title: `Started ${formatPlural(started.length, 'training')}`, tone: 'good' });
      const [runId] = started.includes(autoKind) ? runIds : [];
      router.history.push(
        runId === undefined ? paths.experiment(experimentId) : paths.run(runId, { tab: 'leaderboard' }),
      );
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
        <SegmentedControl
          aria-label="How the training is described"
          value={view}
          onChange={(value) => setView(value === 'recipe' ? 'recipe' : 'form')}
          data={[
            { value: 'form', label: 'Form' },
            { value: 'recipe', label: 'Recipe as text', disabled: shown === undefined },
          ]}
          className={classes.view}
        />
        {view === 'recipe' && shown !== undefined ? (
          <Suspense fallback={<LoadingState />}>
            <RecipeEditor
              draft={draft}
              data={data}
              trainer={shown}
              known={texts[shown]}
              format={format}
              check={checks[shown]}
              onTrainer={setChosen}
              onFormat={setFormat}
              onEdit={edit}
              onDiscard={() =>
                setTexts(Object.fromEntries(Object.entries(texts).filter(([kind]) => kind !== shown)))
              }
            />
            <ExperimentSection {...sectionProps('experiment')} title="Experiment" />
          </Suspense>
        ) : (
          <>
            <TargetSection {...sectionProps('target')} />
            <FeaturesSection {...sectionProps('features')} />
            <PreprocessingSection {...sectionProps('preprocessing')} />
            <SplitSection {...sectionProps('split')} />
            <TrainersSection {...sectionProps('trainers')} />
            <ValidationSection {...sectionProps('judging')} />
            <AnswersSection {...sectionProps('answers')} />
            <RowsSection {...sectionProps('rows')} />
            <ExperimentSection {...sectionProps('experiment')} />
          </>
        )}
      </div>
      <ReviewPanel
        draft={draft}
        data={data}
        problems={problems}
        warnings={[...new Set(Object.values(checks).flatMap(({ warnings }) => warnings))]}
        error={error}
        isBusy={isBusy}
        recipe={view === 'form' && shown !== undefined ? { kinds, shown, onShow: setChosen } : null}
      />
    </form>
  );
}

/** What the engine is asked about: recipes without a known gap, and texts that say something, be it no recipe. */
function asked(
  draft: Draft,
  texts: RecipeTexts,
  recipes: Readonly<Record<string, unknown>>,
  missing: readonly DraftProblem[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(recipes).flatMap(([kind, recipe]) => {
      const text = texts[kind];
      if (text && isFaulty(draft, kind, text)) return text.value === undefined ? [] : [[kind, text.value]];
      return missing.length > 0 ? [] : [[kind, recipe]];
    }),
  );
}

/** Texts that were left with faults while the form still says what it said before. */
function leftFaulty(draft: Draft, texts: RecipeTexts): DraftProblem[] {
  return Object.keys(draft.trainers).flatMap((kind) => {
    const text = texts[kind];
    if (!text || !isFaulty(draft, kind, text)) return [];
    return [{ section: 'recipe', field: kind, message: `The text of the recipe of ${kind} has faults.` }];
  });
}

function problemsOf(checks: Readonly<Record<string, RecipeCheck>>): DraftProblem[] {
  return Object.entries(checks).flatMap(([kind, { problems }]) =>
    problems.map((problem) => placeProblem(problem.path, problemWords(problem), kind)),
  );
}

/** What several trainers have in common is said once. */
function distinct(problems: readonly DraftProblem[]): DraftProblem[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...seen.values()];
}
