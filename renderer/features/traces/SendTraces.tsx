import { CodeBlock } from '../../components/CodeBlock.tsx';
import classes from './traces.module.css';

/** How an application sends its traces here. `experimentId`: into this experiment. */
export function SendTraces({ experimentId }: { experimentId: string | undefined }) {
  const { origin } = window.location;
  const python = [
    'import mlflow  # MLFLOW_TRACKING_TOKEN holds the token (Settings → API)',
    `mlflow.set_tracking_uri("${origin}")`,
    ...(experimentId === undefined ? [] : [`mlflow.set_experiment(experiment_id="${experimentId}")`]),
    'mlflow.openai.autolog()  # or langchain, anthropic, dspy …',
    '',
    '@mlflow.trace',
    'def answer(question): ...',
  ].join('\n');
  const otlp = [
    `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${origin}/v1/traces`,
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf',
    `OTEL_EXPORTER_OTLP_TRACES_HEADERS="Authorization=Bearer%20<token>,x-mlflow-experiment-id=${experimentId ?? '0'}"`,
  ].join('\n');
  return (
    <div className={classes.send}>
      <p>With MLflow’s Python client:</p>
      <CodeBlock label="Traces with MLflow's client" code={python} />
      <p>With any exporter of OpenTelemetry:</p>
      <CodeBlock label="Traces with OpenTelemetry" code={otlp} />
    </div>
  );
}
