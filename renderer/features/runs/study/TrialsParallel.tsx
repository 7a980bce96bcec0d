import { useRouter } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Leaderboard } from '../../../../local-api/contract/index.ts';
import { paths } from '../../../app/paths.ts';
import { ParallelCoordinates } from '../../../charts/ParallelCoordinates.tsx';
import type { Brush } from '../../../charts/parallel-axes.ts';
import { Panel } from '../../../components/Panel.tsx';

/** How the settings of trials lead to the first objective; nothing below two trials. */
export function TrialsParallel({ board }: { board: Leaderboard }) {
  const router = useRouter();
  const [brushes, setBrushes] = useState<ReadonlyMap<number, Brush>>(new Map());
  const [order, setOrder] = useState<readonly string[]>([]);
  const metric = board.objectives[0]?.metric ?? '';
  const complete = board.entries.filter(({ metrics, values }) => {
    return metrics[metric] !== undefined && Object.keys(values).length > 0;
  });
  const found = [...new Set(complete.flatMap(({ values }) => Object.keys(values)))].sort();
  const settings = [
    ...order.filter((path) => found.includes(path)),
    ...found.filter((path) => !order.includes(path)),
  ];
  const names = settings.join('\n');
  const axes = useMemo(
    () =>
      [...names.split('\n'), metric].map((path) => ({ label: path.replace(/^trainer\./, ''), isLog: false })),
    [names, metric],
  );
  if (complete.length < 2 || settings.length === 0) return null;
  const lines = complete.map(({ runId, key, values, metrics }) => ({
    id: runId,
    label: key,
    values: [...settings.map((path) => valueOn(values[path])), metrics[metric] ?? null],
  }));
  const move = (from: number, to: number) => {
    const next = [...settings];
    const [taken] = next.splice(from, 1);
    if (taken !== undefined) next.splice(Math.min(to, next.length), 0, taken);
    setOrder(next);
    setBrushes(new Map());
  };
  return (
    <Panel title={`How settings lead to ${metric}`}>
      <ParallelCoordinates
        title={`Settings and ${metric} of the trials`}
        hidesTitle
        axes={axes}
        lines={lines}
        brushes={brushes}
        onBrush={setBrushes}
        onMove={move}
        onPick={(runId) => router.history.push(paths.run(runId))}
        height={300}
      />
    </Panel>
  );
}

function valueOn(text: string | undefined): number | string | null {
  if (text === undefined) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
