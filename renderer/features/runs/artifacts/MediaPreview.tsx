import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { keys } from '../../../app/queries.ts';
import { ink, seriesStyle, useScheme } from '../../../charts/palette.ts';
import classes from './ArtifactsView.module.css';
import { type RunFile, readBytes } from './read-bytes.ts';
import { artifactUrl } from './run-files.ts';

/** Longer sounds are played without their waveform, which needs all of the file. */
const MAX_WAVE_BYTES = 20 * 1000 ** 2;
const BARS = 400;

/** A sound with its waveform; a click in it goes there. */
export function AudioPreview({ file }: { file: RunFile }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [place, setPlace] = useState(0);
  const peaks = useQuery({
    queryKey: keys.part('runs', file.runId, 'peaks', file.path, file.digest),
    queryFn: async ({ signal }) => peaksOf(await readBytes(file, 0, file.sizeBytes, signal)),
    enabled: file.sizeBytes <= MAX_WAVE_BYTES,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const seek = (share: number) => {
    const { current } = audio;
    if (current && Number.isFinite(current.duration)) current.currentTime = share * current.duration;
  };
  return (
    <div className={classes.media}>
      {peaks.data ? <Waveform peaks={peaks.data} place={place} onSeek={seek} /> : null}
      {/* biome-ignore lint/a11y/useMediaCaption: a run logs sounds without captions. */}
      <audio
        ref={audio}
        controls
        preload="metadata"
        src={artifactUrl(file.runId, file.path)}
        aria-label={file.path}
        onTimeUpdate={({ currentTarget }) =>
          setPlace(currentTarget.currentTime / currentTarget.duration || 0)
        }
      />
    </div>
  );
}

type WaveProps = { peaks: readonly number[]; place: number; onSeek: (share: number) => void };

function Waveform({ peaks, place, onSeek }: WaveProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useScheme();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const { width, height } = context.canvas;
    context.clearRect(0, 0, width, height);
    for (const [index, peak] of peaks.entries()) {
      context.fillStyle = index / peaks.length < place ? seriesStyle(0, scheme).colour : ink[scheme].line;
      const bar = Math.max(1, peak * height);
      context.fillRect((index / peaks.length) * width, (height - bar) / 2, width / peaks.length - 1, bar);
    }
  }, [peaks, place, scheme]);
  return (
    <canvas
      ref={canvas}
      className={classes.wave}
      width={1200}
      height={96}
      role="img"
      aria-label="Waveform"
      onClick={({ currentTarget, clientX }) => {
        const box = currentTarget.getBoundingClientRect();
        onSeek((clientX - box.left) / box.width);
      }}
    />
  );
}

/** The loudest sample of each of some equal parts of a sound, over both channels; 1 is the loudest of all. */
async function peaksOf(bytes: Uint8Array<ArrayBuffer>): Promise<number[]> {
  const context = new OfflineAudioContext(1, 1, 22_050);
  const sound = await context.decodeAudioData(bytes.buffer);
  const samples = sound.getChannelData(0);
  const peaks = Array.from({ length: BARS }, (_, bar) => {
    let peak = 0;
    const end = Math.floor(((bar + 1) * samples.length) / BARS);
    for (let at = Math.floor((bar * samples.length) / BARS); at < end; at += 1) {
      peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    }
    return peak;
  });
  const loudest = Math.max(...peaks, 1e-6);
  return peaks.map((peak) => peak / loudest);
}

/** A film; the player reads only what it plays. */
export function VideoPreview({ file }: { file: RunFile }) {
  return (
    // biome-ignore lint/a11y/useMediaCaption: a run logs films without captions.
    <video
      className={classes.video}
      controls
      preload="metadata"
      src={artifactUrl(file.runId, file.path)}
      aria-label={file.path}
    />
  );
}
