import { useQuery } from '@tanstack/react-query';
import {
  ConfusionMatrixObject,
  CurveObject,
  type ObjectKind,
  type ObjectStep,
} from '../../../../local-api/contract/index.ts';
import { keys } from '../../../app/queries.ts';
import { CalibrationChart, PrecisionRecallChart, RocChart } from '../../../charts/EvaluationCharts.tsx';
import { LineChart } from '../../../charts/LineChart.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { FigureView } from '../artifacts/FigureView.tsx';
import { AudioPreview, VideoPreview } from '../artifacts/MediaPreview.tsx';
import { readBytes, textOf } from '../artifacts/read-bytes.ts';
import { TablePreview } from '../artifacts/TablePreview.tsx';
import { Html } from '../artifacts/TextPreview.tsx';
import { ConfusionMatrix } from '../evaluation/ConfusionMatrix.tsx';
import { fileOf } from './object-queries.ts';

type Props = { runId: string; kind: ObjectKind; label: string; step: ObjectStep };

/** One object of a kind that stands for itself at every step. */
export function ObjectContent({ runId, kind, label, step }: Props) {
  const file = fileOf(runId, step);
  switch (kind) {
    case 'table':
      return <TablePreview file={file} />;
    case 'audio':
      return <AudioPreview file={file} />;
    case 'video':
      return <VideoPreview file={file} />;
    default:
      return <TextContent runId={runId} kind={kind} label={label} step={step} />;
  }
}

function TextContent({ runId, kind, label, step }: Props) {
  const query = useQuery({
    queryKey: keys.part('runs', runId, 'object-content', step.path, step.digest),
    queryFn: async ({ signal }) => {
      const text = textOf(await readBytes(fileOf(runId, step), 0, step.sizeBytes, signal), false);
      return { text, value: kind === 'html' ? null : (JSON.parse(text) as unknown) };
    },
    // The object of the step before stays until the next is there: playing does not flicker.
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <QueryView query={query}>
      {({ text, value }) =>
        kind === 'html' ? (
          <Html html={text} label={label} />
        ) : kind === 'confusion-matrix' ? (
          <Matrix value={value} />
        ) : kind === 'curve' ? (
          <Curve value={value} label={label} />
        ) : (
          <FigureView figure={value} label={label} />
        )
      }
    </QueryView>
  );
}

function Matrix({ value }: { value: unknown }) {
  const { labels, counts } = ConfusionMatrixObject.parse(value);
  return <ConfusionMatrix classes={labels} counts={counts} />;
}

function Curve({ value, label }: { value: unknown; label: string }) {
  const { type, x, y, xLabel, yLabel } = CurveObject.parse(value);
  const curves = [{ id: 'curve', label, x, y }];
  switch (type) {
    case 'roc':
      return <RocChart curves={curves} title={label} height={340} />;
    case 'precision-recall':
      return <PrecisionRecallChart curves={curves} title={label} height={340} />;
    case 'calibration':
      return <CalibrationChart curves={curves} title={label} height={340} />;
    default:
      return (
        <LineChart
          title={label}
          series={curves}
          height={340}
          {...(xLabel ? { xLabel } : {})}
          {...(yLabel ? { yLabel } : {})}
        />
      );
  }
}
