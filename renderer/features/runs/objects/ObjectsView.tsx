import {
  IconChartBar,
  IconChartLine,
  IconGridDots,
  IconHtml,
  IconLetterT,
  IconMovie,
  IconPhoto,
  IconTable,
  IconVolume,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ComponentType, KeyboardEvent } from 'react';
import type { ObjectGroup, ObjectKind, ObjectStep } from '../../../../local-api/contract/index.ts';
import { formatCount, formatPlural } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { ErrorState } from '../../../components/ErrorState.tsx';
import { LoadingState } from '../../../components/LoadingState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { readRunText } from '../artifacts/run-files.ts';
import { HistogramSteps } from './HistogramSteps.tsx';
import { ImageSteps } from './ImageSteps.tsx';
import { ObjectContent } from './ObjectContent.tsx';
import classes from './Objects.module.css';
import { useObjectGroups, useObjectSteps } from './object-queries.ts';
import { StepBar } from './StepBar.tsx';
import { TextSteps } from './TextSteps.tsx';
import { useStep } from './use-step.ts';

const icons: Record<ObjectKind, ComponentType<{ size?: number }>> = {
  image: IconPhoto,
  figure: IconChartLine,
  table: IconTable,
  text: IconLetterT,
  audio: IconVolume,
  video: IconMovie,
  html: IconHtml,
  histogram: IconChartBar,
  'confusion-matrix': IconGridDots,
  curve: IconChartLine,
};

type Props = {
  runId: string;
  /** The shown object as `kind/key`, from the address; the first when left out. */
  shown: string | undefined;
  onShow: (object: string) => void;
};

/** Images, figures, tables … that a run logged: keys at the left, the object of the chosen one at the right. */
export function ObjectsView({ runId, shown, onShow }: Props) {
  const query = useObjectGroups(runId);
  return (
    <QueryView query={query}>
      {(groups) => {
        const current = groups.find((group) => nameOf(group) === shown) ?? groups[0];
        if (!current) return <NothingYet />;
        return (
          <div className={classes.objects}>
            <GroupList groups={groups} current={nameOf(current)} onShow={onShow} />
            <GroupView key={nameOf(current)} runId={runId} group={current} />
          </div>
        );
      }}
    </QueryView>
  );
}

function nameOf({ kind, key }: ObjectGroup): string {
  return `${kind}/${key}`;
}

function NothingYet() {
  return (
    <EmptyState icon={IconPhoto} title="No images, figures or tables yet">
      <p>
        In Python: <code>mlflow.log_image(image, key="samples", step=1)</code>, <code>mlflow.log_table</code>,{' '}
        <code>mlflow.log_figure</code>. Over the API: <code>POST /api/v1/runs/…/objects</code>.
      </p>
    </EmptyState>
  );
}

type ListProps = { groups: readonly ObjectGroup[]; current: string; onShow: (object: string) => void };

function GroupList({ groups, current, onShow }: ListProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const next = buttons[buttons.findIndex((button) => document.activeElement?.isSameNode(button)) + by];
    next?.focus();
    next?.click();
  };
  return (
    <nav className={classes.groups} aria-label="Objects of this run" onKeyDown={onKeyDown}>
      {groups.map((group) => {
        const Icon = icons[group.kind];
        return (
          <button
            key={nameOf(group)}
            type="button"
            className={classes.group}
            aria-current={nameOf(group) === current ? 'true' : undefined}
            title={`${group.kind} ${group.key}`}
            onClick={() => onShow(nameOf(group))}
          >
            <Icon size={15} />
            <span className="a-truncate">{group.key}</span>
            <span className={classes.count}>{group.count > 1 ? formatCount(group.count) : ''}</span>
          </button>
        );
      })}
    </nav>
  );
}

function GroupView({ runId, group }: { runId: string; group: ObjectGroup }) {
  const { kind, key } = group;
  const list = useObjectSteps(runId, kind, key);
  const steps = list.items;
  const { index, step, show } = useStep(steps);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || isTaken(event)) return;
    const targets: Record<string, number> = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      Home: 0,
      End: steps.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    show(target);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys step from anywhere inside.
    <div className={classes.groupView} onKeyDown={onKeyDown}>
      <Panel
        title={key}
        aside={
          <>
            <span>
              {kind}
              {steps.length > 1 ? `, ${formatPlural(steps.length, 'step')}` : ''}
            </span>
            {step ? (
              <AppLink href={`/runs/${runId}?tab=files&path=${encodeURIComponent(step.path)}`}>
                Show the file
              </AppLink>
            ) : null}
          </>
        }
      >
        {step ? (
          <div className={classes.shown}>
            <StepBar steps={steps} index={index} show={show} label={key} />
            <Caption runId={runId} step={step} />
            <Shown runId={runId} group={group} steps={steps} index={index} step={step} show={show} />
          </div>
        ) : list.error ? (
          <ErrorState error={list.error} retry={list.refetch} />
        ) : list.isPending ? (
          <LoadingState />
        ) : (
          <EmptyState title="Nothing is left of this object" />
        )}
      </Panel>
    </div>
  );
}

type ShownProps = {
  runId: string;
  group: ObjectGroup;
  steps: readonly ObjectStep[];
  index: number;
  step: ObjectStep;
  show: (index: number) => void;
};

function Shown({ runId, group: { kind, key }, steps, index, step, show }: ShownProps) {
  switch (kind) {
    case 'image':
      return <ImageSteps runId={runId} label={key} steps={steps} index={index} show={show} />;
    case 'text':
      return <TextSteps runId={runId} step={step} before={steps[index - 1]} />;
    case 'histogram':
      return <HistogramSteps runId={runId} label={key} steps={steps} index={index} show={show} />;
    default:
      return <ObjectContent runId={runId} kind={kind} label={key} step={step} />;
  }
}

/** Keys that what has the focus needs itself. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  return (
    target instanceof Element &&
    target.closest(
      'input, select, textarea, audio, video, [role="slider"], [role="grid"], [role="tablist"], [role="radiogroup"]',
    ) !== null
  );
}

function Caption({ runId, step }: { runId: string; step: ObjectStep }) {
  const path = step.captionPath;
  const caption = useQuery({
    queryKey: keys.part('runs', runId, 'caption', path, step.digest),
    queryFn: ({ signal }) => readRunText(runId, path ?? '', signal),
    enabled: path !== null,
  });
  return path !== null && caption.data ? <p className={classes.caption}>{caption.data}</p> : null;
}
