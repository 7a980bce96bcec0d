import { SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { LoadingState } from '../../components/LoadingState.tsx';
import { AnswersSection } from './AnswersSection.tsx';
import { autoKind } from './auto/auto-settings.ts';
import type { Draft } from './draft.ts';
import { draftProblems, type Section } from './draft-problems.ts';
import { ExperimentSection } from './ExperimentSection.tsx';
import { FeaturesSection } from './FeaturesSection.tsx';
import { PreprocessingSection } from './PreprocessingSection.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';
import { RowsSection } from './RowsSection.tsx';
import { SplitSection } from './SplitSection.tsx';
import { TargetSection } from './TargetSection.tsx';
import { TrainersSection } from './TrainersSection.tsx';
import classes from './training.module.css';
import { asked, distinct, leftFaulty, problemsOf } from './training-problems.ts';
import type { TrainingData } from './training-queries.ts';
import { useRecipeChecks } from './use-recipe-check.ts';
import { useStart } from './use-start.ts';
import { ValidationSection } from './ValidationSection.tsx';
import { type RecipeText, type RecipeTexts, recipesOf } from './written-recipes.ts';

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
  const [draft, setDraft] = useState(first);
  const [texts, setTexts] = useState<RecipeTexts>({});
  const [view, setView] = useState<'form' | 'recipe'>('form');
  const [format, setFormat] = useState<RecipeText['format']>('yaml');
  const [chosen, setChosen] = useState<string | null>(null);
  const [wasTried, setTried] = useState(false);
  const { refused, error, isBusy, start, forget } = useStart((started) => {
    // What is under way is not started twice.
    const rest = Object.entries(draft.trainers).filter(([kind]) => !started.includes(kind));
    if (rest.length > 0) setDraft({ ...draft, trainers: Object.fromEntries(rest) });
  });
  const kinds = Object.keys(draft.trainers);
  const shown = chosen !== null && kinds.includes(chosen) ? chosen : kinds[0];
  const recipes = useMemo(() => recipesOf(draft, texts), [draft, texts]);
  const missing = useMemo(() => draftProblems(draft), [draft]);
  const checks = useRecipeChecks(
    asked(
      draft,
      texts,
      recipes,
      missing.length === 0 ? kinds : kinds.filter((kind) => view === 'recipe' && kind === shown),
    ),
  );
  const found = [...missing, ...leftFaulty(draft, texts)];
  const problems = distinct([
    ...(wasTried ? [...found, ...refused] : refused),
    ...(found.length > 0 ? [] : problemsOf(checks)),
  ]);

  const change = (next: Draft) => {
    // A trainer that can't do the task is not started unseen.
    const fits = (kind: string) =>
      (kind === autoKind && next.task !== 'ranking') ||
      data.trainers.some((one) => one.kind === kind && one.tasks.includes(next.task));
    const trainers = Object.fromEntries(Object.entries(next.trainers).filter(([kind]) => fits(kind)));
    setDraft({ ...next, trainers });
    forget();
  };
  const edit = (next: Draft, trainer: string, text: RecipeText) => {
    setDraft(next);
    setTexts({ ...texts, [trainer]: text });
    setChosen(trainer);
    forget();
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
        setTried(true);
        const { experiment, on } = draft;
        if (found.length === 0) void start({ recipes, experiment, on });
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
          <FormSections of={sectionProps} />
        )}
      </div>
      <ReviewPanel
        draft={draft}
        data={data}
        problems={problems}
        warnings={[...new Set(Object.values(checks).flatMap(({ warnings }) => warnings))]}
        error={error}
        isBusy={isBusy}
        recipe={view === 'form' && shown !== undefined ? { all: recipes, shown, onShow: setChosen } : null}
      />
    </form>
  );
}

/** The parts of the form, in the order in which a person decides. */
function FormSections({ of }: { of: (section: Section) => SectionProps }) {
  return (
    <>
      <TargetSection {...of('target')} />
      <FeaturesSection {...of('features')} />
      <PreprocessingSection {...of('preprocessing')} />
      <SplitSection {...of('split')} />
      <TrainersSection {...of('trainers')} />
      <ValidationSection {...of('judging')} />
      <AnswersSection {...of('answers')} />
      <RowsSection {...of('rows')} />
      <ExperimentSection {...of('experiment')} />
    </>
  );
}
