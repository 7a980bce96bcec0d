import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatBytes, formatCount, formatPlural, NO_VALUE } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { KeyValue } from '../../../components/KeyValue.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { Tabs } from '../../../components/Tabs.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './ArtifactsView.module.css';
import { OnnxGraphView } from './OnnxGraphView.tsx';
import { type OnnxFacts, readOnnxFacts } from './onnx-facts.ts';
import { type OnnxGraph, readOnnxGraph } from './onnx-graph.ts';
import { type RunFile, readBytes } from './read-bytes.ts';

const MAX_BYTES = 100 * 1000 ** 2;
const LONGEST_VALUE = 300;

const views = [
  { id: 'facts', label: 'Facts' },
  { id: 'graph', label: 'Graph' },
];

/** What an ONNX file says about itself (inputs, outputs, operators, versions, metadata), and its graph. */
export function OnnxPreview({ file }: { file: RunFile }) {
  const isLarge = file.sizeBytes > MAX_BYTES;
  const query = useQuery({
    queryKey: keys.part('runs', file.runId, 'onnx', file.path, file.digest),
    queryFn: async ({ signal }) => {
      const bytes = await readBytes(file, 0, file.sizeBytes, signal);
      return { facts: readOnnxFacts(bytes), graph: readOnnxGraph(bytes) };
    },
    enabled: !isLarge,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (isLarge) {
    return (
      <EmptyState title="This model is too large to look inside here">
        It has {formatBytes(file.sizeBytes)}. Download it to open it in a viewer.
      </EmptyState>
    );
  }
  return <QueryView query={query}>{(model) => <Model {...model} label={file.path} />}</QueryView>;
}

function Model({ facts, graph, label }: { facts: OnnxFacts; graph: OnnxGraph; label: string }) {
  const [view, setView] = useState('facts');
  return (
    <>
      <Tabs label="What of the model is shown" items={views} value={view} onChange={setView} />
      {view === 'graph' ? <OnnxGraphView graph={graph} label={label} /> : <Facts facts={facts} />}
    </>
  );
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
