import { ActionIcon, Select, Slider, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ObjectGroup, ObjectStep, Run } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { artifactUrl } from '../runs/artifacts/run-files.ts';
import classes from './compare.module.css';
import { useTabSettings } from './compare-state.ts';

/** `step` is kept as text, empty for the last one. */
const usual = { key: '', step: '' };
const NONE: ObjectStep[][] = [];
const MOST_RUNS = 60;
/** The most that one request brings: the last steps of a longer history are left out. */
const STEPS = 2000;

/** The images of runs that were logged under one key, beside each other at the same step. */
export function ImagesTab({ runs }: { runs: readonly Run[] }) {
  const [settings, onSettings] = useTabSettings('images', usual);
  const shown = runs.slice(0, MOST_RUNS);
  const { groups, isPending, error } = useImageKeys(shown);
  const names = [...new Set(groups.flat().map((group) => group.key))].sort();
  const key = names.includes(settings.key) ? settings.key : names[0];
  const { steps, error: stepsError } = useSteps(shown, groups, key);
  const all = useMemo(
    () => [...new Set(steps.flatMap((list) => list.map((one) => one.step)))].sort((a, b) => a - b),
    [steps],
  );
  if (error ?? stepsError) return <ErrorState error={error ?? stepsError} />;
  if (isPending) return <LoadingState rows={8} />;
  if (key === undefined) {
    return (
      <EmptyState title="No images">
        Images that runs log with a key and a step (mlflow.log_image, or POST /api/v1/runs/…/objects) stand
        here side by side.
      </EmptyState>
    );
  }
  const wanted =
    settings.step === '' ? all.length - 1 : all.findIndex((step) => step >= Number(settings.step));
  const index = wanted < 0 ? all.length - 1 : wanted;
  const step = all[index] ?? 0;
  const go = (to: number) =>
    onSettings({ step: to >= all.length - 1 ? '' : String(all[Math.max(0, to)] ?? '') });
  return (
    <>
      <div className={classes.pickers}>
        <Select
          label="Images"
          data={names}
          value={key}
          onChange={(name) => name && onSettings({ key: name })}
          allowDeselect={false}
          searchable
        />
        <div className={classes.steps}>
          <Tooltip label="Step before">
            <ActionIcon aria-label="Step before" disabled={index <= 0} onClick={() => go(index - 1)}>
              <IconChevronLeft size={15} />
            </ActionIcon>
          </Tooltip>
          <Slider
            w={260}
            min={0}
            max={Math.max(1, all.length - 1)}
            value={index}
            onChange={go}
            disabled={all.length < 2}
            label={(at) => `step ${all[at] ?? 0}`}
            thumbLabel="Step"
            thumbProps={{ 'aria-valuetext': `step ${step}` }}
            size="sm"
          />
          <Tooltip label="Step after">
            <ActionIcon
              aria-label="Step after"
              disabled={index >= all.length - 1}
              onClick={() => go(index + 1)}
            >
              <IconChevronRight size={15} />
            </ActionIcon>
          </Tooltip>
          <span>step {step}</span>
        </div>
      </div>
      <ul className={classes.pictures}>
        {shown.map((run, at) => (
          <Picture key={run.id} run={run} step={step} objects={steps[at] ?? []} name={key} />
        ))}
      </ul>
      {runs.length > MOST_RUNS ? (
        <p className={classes.note}>
          The first {MOST_RUNS} of {runs.length} runs.
        </p>
      ) : null}
    </>
  );
}

type PictureProps = { run: Run; step: number; objects: readonly ObjectStep[]; name: string };

function Picture({ run, step, objects, name }: PictureProps) {
  const found = objects.findLast((one) => one.step <= step);
  return (
    <li>
      <AppLink href={paths.run(run.id)} className="a-truncate">
        {run.name}
      </AppLink>
      {found ? (
        <a href={artifactUrl(run.id, found.path)} target="_blank" rel="noreferrer">
          <img
            src={artifactUrl(run.id, found.path)}
            alt={`${name} of ${run.name} at step ${found.step}`}
            loading="lazy"
          />
        </a>
      ) : (
        <p className="a-dim">nothing up to here</p>
      )}
      {found && found.step !== step ? <span className="a-dim">from step {found.step}</span> : null}
    </li>
  );
}

/** The keys under which each run has images. */
function useImageKeys(runs: readonly Run[]): { groups: ObjectGroup[][]; isPending: boolean; error: unknown } {
  const ids = runs.map((run) => run.id);
  const query = useQuery({
    queryKey: ['runs', 'image-keys', ids],
    queryFn: ({ signal }) =>
      Promise.all(
        ids.map(async (runId) => {
          const { items } = await client.runObjects.list({
            params: { runId },
            query: { limit: 1000 },
            signal,
          });
          return items.filter((group) => group.kind === 'image');
        }),
      ),
  });
  return { groups: query.data ?? [], isPending: query.isPending, error: query.error };
}

/** The images of each run under one key; none of a run that has not logged it. */
function useSteps(
  runs: readonly Run[],
  groups: readonly ObjectGroup[][],
  key: string | undefined,
): { steps: ObjectStep[][]; error: unknown } {
  const ids = runs.map((run, index) => (groups[index]?.some((group) => group.key === key) ? run.id : null));
  const query = useQuery({
    queryKey: ['runs', 'image-steps', ids, key],
    queryFn: ({ signal }) =>
      Promise.all(
        ids.map(async (runId) => {
          if (runId === null) return [];
          const query = { kind: 'image' as const, key: key ?? '', limit: STEPS };
          return (await client.runObjects.steps({ params: { runId }, query, signal })).items;
        }),
      ),
    enabled: key !== undefined,
  });
  return { steps: query.data ?? NONE, error: query.error };
}
