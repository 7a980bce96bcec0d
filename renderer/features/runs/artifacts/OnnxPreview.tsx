import { useQuery } from '@tanstack/react-query';
import { client } from '../../../app/api.ts';
import { formatBytes, formatCount, formatPlural, NO_VALUE } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { KeyValue } from '../../../components/KeyValue.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './ArtifactsView.module.css';
import type { ArtifactNode } from './artifact-tree.ts';
import { type OnnxFacts, readOnnxFacts } from './onnx-facts.ts';

const MAX_BYTES = 100 * 1000 ** 2;
const LONGEST_VALUE = 300;

type Props = { runId: string; file: ArtifactNode };

/** What an ONNX file says about itself: inputs, outputs, operators, versions, metadata. */
export function OnnxPreview({ runId, file }: Props) {
  const isLarge = (file.sizeBytes ?? 0) > MAX_BYTES;
  const query = useQuery({
    queryKey: keys.part('runs', runId, 'onnx', file.path, file.digest),
    queryFn: async ({ signal }) => {
      const response = await client.runs.getArtifact({ params: { runId, path: file.path }, signal });
      return readOnnxFacts(new Uint8Array(await response.arrayBuffer()));
    },
    enabled: !isLarge,
  });
  if (isLarge) {
    return (
      <EmptyState title="This model is too large to look inside here">
        It has {formatBytes(file.sizeBytes)}. Download it to open it in a viewer.
      </EmptyState>
    );
  }
  return <QueryView query={query}>{(facts) => <Facts facts={facts} />}</QueryView>;
}

function Facts({ facts }: { facts: OnnxFacts }) {
  const metadata = Object.entries(facts.metadata);
  return (
    <div className={classes.facts}>
      <KeyValue
        columns={2}
        facts={[
          { label: 'Made by', value: facts.producer || NO_VALUE },
          { label: 'IR version', value: facts.irVersion ?? NO_VALUE },
          {
            label: 'Operator sets',
            value: facts.opsets.map(({ domain, version }) => `${domain} ${version}`).join(', ') || NO_VALUE,
          },
          {
            label: 'Graph',
            value: `${formatPlural(facts.nodes, 'node')}, ${formatPlural(facts.initializers, 'constant')}`,
          },
        ]}
      />
      <Ports title="Inputs" ports={facts.inputs} />
      <Ports title="Outputs" ports={facts.outputs} />
      <section>
        <h3>Operators</h3>
        <div className={classes.operators}>
          {facts.operators.map(({ name, count }) => (
            <ToneBadge key={name}>
              {name} × {formatCount(count)}
            </ToneBadge>
          ))}
        </div>
      </section>
      {metadata.length > 0 ? (
        <section>
          <h3>Metadata</h3>
          <KeyValue
            facts={metadata.map(([key, value]) => ({
              label: key,
              value: value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value,
            }))}
          />
        </section>
      ) : null}
    </div>
  );
}

function Ports({ title, ports }: { title: string; ports: readonly { name: string; type: string }[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <KeyValue
        columns={2}
        facts={ports.map(({ name, type }) => ({ label: name, value: <code>{type}</code> }))}
      />
    </section>
  );
}
