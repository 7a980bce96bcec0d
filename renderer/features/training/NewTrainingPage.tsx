import { IconDatabase } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { VersionPicker } from '../../components/VersionPicker.tsx';
import { type Draft, suggestDraft } from './draft.ts';
import { draftFromRecipe } from './draft-recipe.ts';
import { TrainingForm } from './TrainingForm.tsx';
import { type RepeatedRun, type TrainingData, useRepeatedRun, useTrainingData } from './training-queries.ts';

/** Trainers that are chosen at first: a baseline to beat, a simple model, two strong ones. */
const usualTrainers = ['prior', 'linear', 'forest', 'gbdt'];

/** From a dataset version to running trainings, on one page. */
export function NewTrainingPage() {
  const search = useSearch({ from: '/training' });
  const navigate = useNavigate();
  const repeated = useRepeatedRun(search.run);
  const experimentId = search.experiment;
  const experiment = useQuery({
    queryKey: keys.item('experiments', experimentId ?? ''),
    queryFn: ({ signal }) => client.experiments.get({ params: { experimentId: experimentId ?? '' }, signal }),
    enabled: experimentId !== undefined,
  });
  const versionId = search.version ?? repeated.data?.recipe.dataset;
  const data = useTrainingData(versionId);
  const isWaiting =
    (search.run !== undefined && repeated.isPending) || (experimentId !== undefined && experiment.isPending);
  return (
    <Page>
      <PageHeader
        title="New training"
        description={
          repeated.data
            ? `Starts from the recipe of ${repeated.data.name}.`
            : 'From a dataset to compared models.'
        }
      />
      {repeated.error ? <ErrorNote error={repeated.error} /> : null}
      <Panel title="1 · Data">
        <VersionPicker
          label="Dataset to learn from"
          value={versionId ?? null}
          onChange={(version) =>
            void navigate({ to: '/training', search: { ...search, version: version?.id }, replace: true })
          }
        />
      </Panel>
      {versionId === undefined && !isWaiting ? (
        <EmptyState
          icon={IconDatabase}
          title="Choose the data to learn from"
          action={
            <ButtonLink href={paths.importDataset()} variant="default">
              Import a file
            </ButtonLink>
          }
        >
          Pick a dataset above. The page then suggests what can be predicted, and from what.
        </EmptyState>
      ) : isWaiting ? (
        <LoadingState />
      ) : (
        <QueryView query={data}>
          {(loaded) => (
            <Prepared
              key={`${loaded.version.id} ${search.run ?? ''}`}
              data={loaded}
              repeated={repeated.data ?? null}
              experiment={experiment.data?.name}
            />
          )}
        </QueryView>
      )}
    </Page>
  );
}

type PreparedProps = { data: TrainingData; repeated: RepeatedRun | null; experiment: string | undefined };

function Prepared({ data, repeated, experiment }: PreparedProps) {
  const first = useMemo((): Draft => {
    const { version, profile, trainers } = data;
    const known = trainers.map((trainer) => trainer.kind);
    const draft = repeated
      ? { ...draftFromRecipe(repeated.recipe, data), experiment: repeated.experiment }
      : suggestDraft(
          version,
          profile,
          usualTrainers.filter((kind) => known.includes(kind)),
        );
    return experiment === undefined ? draft : { ...draft, experiment };
  }, [data, repeated, experiment]);
  return <TrainingForm data={data} first={first} />;
}
