import { Autocomplete, Select, Text } from '@mantine/core';
import type { TrainerInfo } from '../../../../local-api/contract/index.ts';
import { EditableRows } from '../../../components/EditableRows.tsx';
import type { Draft } from '../draft.ts';
import { Folded } from '../Folded.tsx';
import { metricNames } from '../metric-names.ts';
import { SettingInputs } from '../SettingInputs.tsx';
import { hasSettings, methodLabels, type TuningDraft } from '../validation-draft.ts';
import { SpaceEditor } from './SpaceEditor.tsx';
import classes from './search.module.css';
import { methodFields, tuningFields } from './search-fields.ts';
import { changeSpace } from './search-space.ts';

type Props = {
  draft: Draft;
  tuning: TuningDraft;
  trainers: readonly TrainerInfo[];
  onJudging: (judging: Draft['judging']) => void;
  faultAt: (field: string) => string | undefined;
};

/** A search for good settings: how long, by which method, what it aims at, and what it looks through. */
export function SearchFields({ draft, tuning, trainers, onJudging, faultAt }: Props) {
  const { judging } = draft;
  const { method = { kind: 'tpe' }, objectives = [], ...settings } = tuning;
  const change = (part: Partial<TuningDraft>) => onJudging({ ...judging, tuning: { ...tuning, ...part } });
  const chosen = trainers.filter(({ kind }) => draft.trainers[kind] !== undefined);
  const searched = chosen.filter(({ kind }) => hasSettings(kind) || judging.spaces[kind] !== undefined);
  const hasFault = searched.some(({ kind, usualSpace }) =>
    ['', ...Object.keys(judging.spaces[kind] ?? usualSpace ?? {})].some((path) =>
      faultAt(spaceField(kind, path)),
    ),
  );
  const { kind, ...methodSettings } = method;
  return (
    <>
      <Select
        label="Method"
        data={Object.entries(methodLabels).map(([value, label]) => ({ value, label }))}
        value={kind}
        allowDeselect={false}
        error={faultAt('tuning') ?? faultAt('tuning/method')}
        maw={280}
        mt="sm"
        onChange={(value) => {
          if (value !== null) change({ method: { kind: value } as NonNullable<TuningDraft['method']> });
        }}
      />
      <SettingInputs
        fields={tuningFields}
        settings={settings}
        onSettings={(next) =>
          onJudging({
            ...judging,
            tuning: { ...next, ...given({ method: tuning.method, objectives: tuning.objectives }) },
          })
        }
        faultAt={(key) => faultAt(`tuning/${key}`)}
      />
      <SettingInputs
        fields={methodFields(kind)}
        settings={methodSettings}
        // The contract checks the settings against the schema that the fields were made from.
        onSettings={(next) => change({ method: { kind, ...next } as NonNullable<TuningDraft['method']> })}
        faultAt={(key) => faultAt(`tuning/method/${key}`)}
      />
      <Objectives
        objectives={objectives}
        metrics={metricNames(draft.task)}
        onObjectives={(next) => change({ objectives: next })}
        fault={faultAt('tuning/objectives')}
      />
      <Folded
        title="What is searched, and between which bounds"
        isOpenAtFirst={Object.keys(judging.spaces).length > 0}
        hasFault={hasFault}
      >
        {searched.map((trainer) => (
          <SpaceEditor
            key={trainer.kind}
            trainer={trainer}
            space={judging.spaces[trainer.kind] ?? null}
            onSpace={(space) =>
              onJudging({
                ...judging,
                spaces: changeSpace(judging.spaces, trainer.kind, space, trainer.usualSpace),
              })
            }
            faultAt={(path) => faultAt(spaceField(trainer.kind, path))}
          />
        ))}
        {searched.length < chosen.length ? (
          <Text size="sm" c="dimmed">
            {chosen
              .filter((trainer) => !searched.includes(trainer))
              .map(({ title }) => title)
              .join(', ')}
            : nothing to search for, trained as it stands.
          </Text>
        ) : null}
      </Folded>
    </>
  );
}

const spaceField = (trainer: string, path: string) => `space.${trainer}.${path}`;

const given = <Part extends object>(part: Part): Partial<Part> =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as Partial<Part>;

type Objective = NonNullable<TuningDraft['objectives']>[number];

const directions = [
  { value: 'auto', label: 'better as its name tells' },
  { value: 'higher', label: 'higher is better' },
  { value: 'lower', label: 'lower is better' },
];

type ObjectivesProps = {
  objectives: readonly Objective[];
  metrics: readonly string[];
  onObjectives: (objectives: Objective[]) => void;
  fault: string | undefined;
};

function Objectives({ objectives, metrics, onObjectives, fault }: ObjectivesProps) {
  const [usual = ''] = metrics;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a line that separates too much here.
    <div className={classes.part} role="group" aria-label="Objectives">
      <h3>Objectives</h3>
      <Text size="sm" c="dimmed" mb={6}>
        {objectives.length === 0
          ? `Without one, the lowest ${usual} is searched for.`
          : objectives.length === 1
            ? 'The best trial is the one that does best in it.'
            : 'Trials that no other beats in all of them are the front; the first objective decides between those.'}
      </Text>
      <EditableRows
        rows={objectives}
        onChange={onObjectives}
        removeLabel={(place) => `Remove objective ${place}`}
        addLabel="Add an objective"
        create={(): Objective => ({ metric: objectives.length === 0 ? usual : '' })}
        most={4}
      >
        {(objective, _, index) => (
          <>
            <Autocomplete
              aria-label={`Metric of objective ${index + 1}`}
              placeholder="metric"
              data={[...metrics]}
              value={objective.metric}
              onChange={(metric) =>
                onObjectives(objectives.map((one, at) => (at === index ? { ...one, metric } : one)))
              }
              error={objective.metric === '' ? fault : undefined}
            />
            <Select
              aria-label={`Direction of objective ${index + 1}`}
              data={directions}
              value={objective.direction ?? 'auto'}
              allowDeselect={false}
              onChange={(value) => {
                const direction = value === 'higher' || value === 'lower' ? { direction: value } : {};
                onObjectives(
                  objectives.map((one, at) =>
                    at === index ? ({ metric: one.metric, ...direction } as Objective) : one,
                  ),
                );
              }}
            />
          </>
        )}
      </EditableRows>
    </div>
  );
}
