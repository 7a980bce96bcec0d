import { ActionIcon, SegmentedControl, Select, Tooltip } from '@mantine/core';
import { IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { ObjectStep } from '../../../../local-api/contract/index.ts';
import { formatCount } from '../../../app/format.ts';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { artifactUrl } from '../artifacts/run-files.ts';
import classes from './Objects.module.css';

type Props = {
  runId: string;
  label: string;
  steps: readonly ObjectStep[];
  index: number;
  show: (index: number) => void;
};

const zooms = [0, 0.25, 0.5, 1, 2, 4, 8];
const FILM_WIDTH = 84;

/** An image by step: fitted or zoomed, beside or over the image of another step, with a film of the steps below. */
export function ImageSteps({ runId, label, steps, index, show }: Props) {
  const [zoom, setZoom] = useState(0);
  const [look, setLook] = useState<'one' | 'beside' | 'swipe'>('one');
  const [other, setOther] = useState(0);
  const step = steps[index];
  const compared = steps[Math.min(other, steps.length - 1)];
  if (!step) return null;
  const change = (by: number) => setZoom(Math.max(0, Math.min(zooms.length - 1, zoom + by)));
  const factor = zooms[zoom] ?? 0;
  return (
    <div className={classes.images}>
      <div className={classes.tools}>
        {steps.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label="How images are shown"
            data={[
              { value: 'one', label: 'One' },
              { value: 'beside', label: 'Side by side' },
              { value: 'swipe', label: 'Swipe' },
            ]}
            value={look}
            onChange={(value) => setLook(value === 'beside' || value === 'swipe' ? value : 'one')}
          />
        ) : null}
        {look === 'one' ? null : (
          <Select
            size="xs"
            w={150}
            aria-label="Compared with step"
            searchable
            limit={200}
            allowDeselect={false}
            data={steps.map(({ step: number }, place) => ({ value: String(place), label: `step ${number}` }))}
            value={String(Math.min(other, steps.length - 1))}
            onChange={(value) => setOther(Number(value ?? 0))}
          />
        )}
        <span className={classes.push} />
        <span className="a-dim">{factor === 0 ? 'fitted' : `${formatCount(factor * 100)} %`}</span>
        <Tooltip label="Smaller">
          <ActionIcon
            variant="default"
            aria-label="Zoom out"
            disabled={zoom === 0}
            onClick={() => change(-1)}
          >
            <IconZoomOut size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Larger">
          <ActionIcon
            variant="default"
            aria-label="Zoom in"
            disabled={zoom === zooms.length - 1}
            onClick={() => change(1)}
          >
            <IconZoomIn size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
      {look === 'swipe' && compared ? (
        <Swipe runId={runId} label={label} before={compared} after={step} />
      ) : (
        <div className={classes.beside}>
          {look === 'beside' && compared ? (
            <Picture runId={runId} label={label} step={compared} factor={factor} />
          ) : null}
          <Picture runId={runId} label={label} step={step} factor={factor} />
        </div>
      )}
      {steps.length > 1 ? <Film runId={runId} steps={steps} index={index} show={show} /> : null}
    </div>
  );
}

type PictureProps = { runId: string; label: string; step: ObjectStep; factor: number };

function Picture({ runId, label, step, factor }: PictureProps) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const style =
    factor > 0 && size ? { width: size.width * factor, maxWidth: 'none', maxHeight: 'none' } : undefined;
  return (
    <figure className={classes.picture}>
      <ScrollRegion label={`${label}, step ${step.step}`} className={classes.canvas}>
        <img
          src={artifactUrl(runId, step.path)}
          alt={`${label} at step ${step.step}`}
          data-enlarged={factor > 1 || undefined}
          style={style}
          onLoad={({ currentTarget }) =>
            setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
        />
      </ScrollRegion>
      <figcaption>
        step {formatCount(step.step)}
        {size ? <span className="a-dim">{` · ${size.width} × ${size.height}`}</span> : null}
      </figcaption>
    </figure>
  );
}

type SwipeProps = { runId: string; label: string; before: ObjectStep; after: ObjectStep };

/** Two images over each other; a handle says how much is seen of which. */
function Swipe({ runId, label, before, after }: SwipeProps) {
  const [share, setShare] = useState(50);
  return (
    <figure className={classes.picture}>
      <div className={classes.swipe}>
        <img src={artifactUrl(runId, after.path)} alt={`${label} at step ${after.step}`} />
        <img
          src={artifactUrl(runId, before.path)}
          alt={`${label} at step ${before.step}`}
          style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}
        />
        <span className={classes.handle} style={{ left: `${share}%` }} />
      </div>
      <figcaption>
        <label className={classes.swipeRange}>
          step {formatCount(before.step)}
          <input
            type="range"
            aria-label="How much is seen of the earlier image"
            min={0}
            max={100}
            value={share}
            onChange={(event) => setShare(Number(event.currentTarget.value))}
          />
          step {formatCount(after.step)}
        </label>
      </figcaption>
    </figure>
  );
}

/** Small pictures of all steps, of which only those in sight are loaded. */
function Film({ runId, steps, index, show }: Omit<Props, 'label'>) {
  const scroll = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: steps.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => FILM_WIDTH,
    overscan: 6,
  });
  useEffect(() => virtualizer.scrollToIndex(index), [index, virtualizer]);
  return (
    <ScrollRegion ref={scroll} label="Images by step" className={classes.film}>
      <div style={{ width: virtualizer.getTotalSize(), height: '100%', position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const step = steps[item.index];
          if (!step) return null;
          return (
            <button
              key={step.path}
              type="button"
              tabIndex={-1}
              className={classes.filmPicture}
              aria-current={item.index === index ? 'true' : undefined}
              style={{ left: item.start, width: FILM_WIDTH - 6 }}
              onClick={() => show(item.index)}
            >
              <img src={artifactUrl(runId, step.thumbnailPath ?? step.path)} alt="" loading="lazy" />
              <span>{formatCount(step.step)}</span>
            </button>
          );
        })}
      </div>
    </ScrollRegion>
  );
}
