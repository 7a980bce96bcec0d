import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { IconArrowsDiagonal, IconPin, IconPinFilled } from '@tabler/icons-react';
import { memo, useMemo } from 'react';
import { formatDateTime, formatDuration, formatNumber } from '../../../app/format.ts';
import { LineChart } from '../../../charts/LineChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../CurvesView.module.css';
import type { CurveAxis } from '../curves.ts';
import { type CurvesGroup, type CurvesRun, groupLines, runLines, type SeriesIndex } from './curve-lines.ts';
import type { CardGroup } from './curve-sections.ts';
import {
  axisOfText,
  axisText,
  type CardSize,
  type CurveSettings,
  sizeChange,
  sizeOfCard,
  toggled,
  zoomChange,
  zoomOfSettings,
} from './curve-settings.ts';

type Props = {
  card: CardGroup;
  runs: readonly CurvesRun[];
  groups: readonly CurvesGroup[] | undefined;
  whole: SeriesIndex;
  shown: SeriesIndex;
  settings: CurveSettings;
  onSettings: (change: Partial<CurveSettings>) => void;
  highlightId: string | undefined;
  onHighlight: (id: string | null) => void;
  onPick?: ((runId: string) => void) | undefined;
};

const sizeNames: Record<CardSize, string> = { small: 'Small', medium: 'Medium', large: 'Large' };
const heights: Record<CardSize, number> = { small: 150, medium: 220, large: 400 };
const clock = (timeMs: number) => formatDateTime(timeMs).slice(11);
const elapsed = (seconds: number) => formatDuration(seconds * 1000);
const plain = (value: number) => formatNumber(value);

function axisLook(axis: CurveAxis) {
  if (axis === 'wall') return { xLabel: 'Time', formatX: clock };
  if (axis === 'relative') return { xLabel: 'Time since start', formatX: elapsed };
  return { xLabel: axis === 'step' ? 'Step' : axis.metric, formatX: plain };
}

/** One metric: its curves, and what can be set of this picture alone. */
export const CurveCard = memo(function CurveCard(props: Props) {
  const { card, runs, groups, whole, shown, settings, onSettings, highlightId, onHighlight } = props;
  const { smoother, smoothing, band, logX } = settings;
  const lines = useMemo(() => {
    const axis = axisOfText(settings.axis);
    const reading = { shown, whole, axis };
    const smoothingOf = { kind: smoother, amount: smoothing };
    const [key = ''] = card.keys;
    return groups
      ? groupLines(reading, groups, key, { smoothing: smoothingOf, band, isLogX: logX })
      : runLines(reading, runs, card.keys, smoothingOf);
  }, [shown, whole, settings.axis, smoother, smoothing, band, logX, card.keys, groups, runs]);
  const axis = axisOfText(settings.axis);
  const zoom = useMemo(() => zoomOfSettings(settings.from, settings.to), [settings.from, settings.to]);
  const hidden = useMemo(() => new Set(settings.hidden), [settings.hidden]);
  const size = sizeOfCard(settings, card.title);
  const isOne = runs.length === 1;
  return (
    <div className={classes.card} data-size={size}>
      <Panel>
        <LineChart
          title={card.title}
          series={lines}
          {...axisLook(axis)}
          isLogX={settings.logX}
          isLogY={settings.logY}
          ignoresOutliers={settings.outliers}
          zoom={zoom}
          onZoom={(range) => onSettings(zoomChange(range))}
          hidden={hidden}
          onToggle={(id) => onSettings({ hidden: toggled(settings.hidden, id) })}
          showsLegend={isOne && card.keys.length > 1}
          highlightId={highlightId}
          onHighlight={onHighlight}
          onPick={groups || isOne ? undefined : props.onPick}
          cursorGroup={`curves ${axisText(axis)}`}
          height={heights[size]}
          controls={
            <CardControls title={card.title} size={size} settings={settings} onSettings={onSettings} />
          }
        />
      </Panel>
    </div>
  );
});

type ControlsProps = Pick<Props, 'settings' | 'onSettings'> & { title: string; size: CardSize };

function CardControls({ title, size, settings, onSettings }: ControlsProps) {
  const isPinned = settings.pinned.includes(title);
  return (
    <>
      <Tooltip label={isPinned ? 'Unpin' : 'Pin on top'}>
        <ActionIcon
          size="sm"
          aria-label={`${title}: ${isPinned ? 'unpin' : 'pin on top'}`}
          aria-pressed={isPinned}
          onClick={() => onSettings({ pinned: toggled(settings.pinned, title) })}
        >
          {isPinned ? <IconPinFilled size={14} /> : <IconPin size={14} />}
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" width={120}>
        <Menu.Target>
          <ActionIcon size="sm" aria-label={`${title}: size`}>
            <IconArrowsDiagonal size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(['small', 'medium', 'large'] as const).map((choice) => (
            <Menu.Item
              key={choice}
              disabled={choice === size}
              onClick={() => onSettings(sizeChange(settings, title, choice))}
            >
              {sizeNames[choice]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
