import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatDateTime, formatMetric, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { Digest } from '../../components/Digest.tsx';
import { EditableMarkdown } from '../../components/EditableMarkdown.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { ScrollRegion } from '../../components/ScrollRegion.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { ChildRuns } from './page/ChildRuns.tsx';
import { isActive } from './page/control-state.ts';
import { LineageView } from './page/LineageView.tsx';
import { ReproductionPanel } from './page/ReproductionPanel.tsx';
import classes from './RunOverview.module.css';
import { tagRuns } from './run-actions.ts';

/** Tags that Assay sets itself; people do not remove them. */
const ownPrefix = 'assay.';

/** What went in and what came out, on one page. */
export function RunOverview({ run }: { run: Run }) {
  const cache = useQueryClient();
  const params = Object.entries(run.params).sort(([a], [b]) => a.localeCompare(b));
  const saveNotes = async (notes: string) => {
    const saved = await client.runs.update({ params: { runId: run.id }, body: { notes } });
    cache.setQueryData(keys.item('runs', run.id), saved);
  };
  return (
    <div className={classes.overview}>
      <div className={classes.column}>
        <Panel title="Metrics" padding="none">
          <Metrics run={run} />
        </Panel>
        <Panel title="Notes">
          <EditableMarkdown
            label="Notes"
            text={run.notes}
            onSave={saveNotes}
            empty="What was tried here, and what came of it?"
            isReadOnly={run.lifecycle === 'deleted'}
          />
        </Panel>
      </div>
      <div className={classes.column}>
        <ReproductionPanel runId={run.id} />
        <Panel
          title="Lineage"
          aside={<AppLink href={paths.lineage({ node: `run:${run.id}` })}>as a graph</AppLink>}
        >
          <LineageView run={run} />
        </Panel>
        <ChildRuns runId={run.id} isActive={isActive(run)} />
        <Panel title="Run">
          <KeyValue
            facts={[
              ...(run.parentRunId === null
                ? []
                : [
                    {
                      label: 'Part of',
                      value: <AppLink href={paths.run(run.parentRunId)}>{run.parentRunId}</AppLink>,
                    },
                  ]),
              ...(run.jobId === null
                ? []
                : [{ label: 'Job', value: <AppLink href={paths.job(run.jobId)}>{run.jobId}</AppLink> }]),
              { label: 'Made by', value: `${run.source}${run.user ? `, ${run.user}` : ''}` },
              { label: 'Started', value: formatDateTime(run.startedAtMs) },
              { label: 'Ended', value: run.endedAtMs === null ? NO_VALUE : formatDateTime(run.endedAtMs) },
            ]}
          />
        </Panel>
        <Panel title="Tags">
          <Tags run={run} />
        </Panel>
        <Panel title="Parameters" aside={params.length > 0 ? formatCount(params.length) : undefined}>
          {params.length === 0 ? (
            <p className="a-dim">None were logged.</p>
          ) : (
            <ScrollRegion label="All parameters" className={classes.scroll}>
              <KeyValue facts={params.map(([key, value]) => ({ label: key, value: value || NO_VALUE }))} />
            </ScrollRegion>
          )}
        </Panel>
      </div>
    </div>
  );
}

function Metrics({ run }: { run: Run }) {
  const metrics = Object.entries(run.metrics).sort(
    ([a, one], [b, other]) => Number(one.count > 1) - Number(other.count > 1) || a.localeCompare(b),
  );
  if (metrics.length === 0)
    return (
      <p className="a-dim" style={{ padding: '12px 14px' }}>
        None were logged yet.
      </p>
    );
  return (
    <PlainTable
      label="All metrics"
      maxHeight={420}
      rows={metrics}
      keyOf={([key]) => key}
      columns={[
        { name: 'Metric', cell: ([key]) => key },
        {
          name: 'Last',
          isNumber: true,
          cell: ([, { last }]) => <strong>{formatMetric(last)}</strong>,
          cellHint: ([, { last }]) => String(last),
        },
        {
          name: 'Lowest',
          isNumber: true,
          cell: ([, { count, min }]) => (count > 1 ? formatMetric(min) : ''),
        },
        {
          name: 'Highest',
          isNumber: true,
          cell: ([, { count, max }]) => (count > 1 ? formatMetric(max) : ''),
        },
        {
          name: 'Points',
          isNumber: true,
          cell: ([, { count }]) => <span className="a-dim">{formatCount(count)}</span>,
        },
      ]}
    />
  );
}

function Tags({ run }: { run: Run }) {
  const cache = useQueryClient();
  const [draft, setDraft] = useState('');
  const isReadOnly = run.lifecycle === 'deleted';
  const refresh = () => cache.invalidateQueries({ queryKey: keys.item('runs', run.id) });
  const add = () => {
    const [key = '', ...rest] = draft.split('=');
    if (key.trim() === '') return;
    tagRuns([run.id], key.trim(), rest.join('=').trim()).then(() => {
      setDraft('');
      return refresh();
    }, toastFault);
  };
  const remove = (key: string) =>
    client.runs.deleteTag({ params: { runId: run.id, key } }).then(refresh, toastFault);
  return (
    <div className={classes.tags}>
      {Object.entries(run.tags).map(([key, value]) => (
        <span key={key} className={classes.tag}>
          <span className="a-dim">{key}</span>{' '}
          {value.startsWith('sha256:') ? <Digest value={value} /> : value}
          {isReadOnly || key.startsWith(ownPrefix) ? null : (
            <ActionIcon size="xs" aria-label={`Remove the tag ${key}`} onClick={() => void remove(key)}>
              <IconX size={12} />
            </ActionIcon>
          )}
        </span>
      ))}
      {isReadOnly ? null : (
        <form
          className={classes.tags}
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <TextInput
            aria-label="New tag"
            placeholder="team = growth"
            value={draft}
            onChange={(event) => setDraft(event.currentTarget.value)}
            w={150}
          />
          <Button
            type="submit"
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={draft.trim() === ''}
          >
            Add
          </Button>
        </form>
      )}
    </div>
  );
}
