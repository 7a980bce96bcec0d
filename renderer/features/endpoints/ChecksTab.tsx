import { Button } from '@mantine/core';
import { useState } from 'react';
import type { EndpointValidation, RequestRule, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import { ChecksDialog } from './ChecksDialog.tsx';
import classes from './endpoints.module.css';
import { useEndpointValidation } from './endpoints-queries.ts';

const columns: readonly DataColumn<RequestRule>[] = [
  { id: 'about', header: 'About', width: 150, cell: ({ column }) => <strong>{column ?? 'the row'}</strong> },
  {
    id: 'expected',
    header: 'Expected',
    width: 220,
    grow: true,
    cell: ({ expected, ruleId }) => (
      <span className="a-truncate" title={`${ruleId}: ${expected}`}>
        {expected}
      </span>
    ),
  },
  {
    id: 'severity',
    header: 'One broken row',
    width: 130,
    cell: ({ refuses, severity }) =>
      refuses ? 'is a fault' : severity === 'warn' ? 'is a warning' : 'is counted',
  },
  {
    id: 'broken',
    header: 'Rows that broke it',
    width: 140,
    align: 'right',
    cell: ({ broken }) => formatCount(broken),
  },
  {
    id: 'last',
    header: 'Last',
    width: 110,
    cell: ({ lastAtMs }) => (lastAtMs === null ? null : <RelativeTime timeMs={lastAtMs} />),
  },
  {
    id: 'examples',
    header: 'Values, redacted',
    width: 260,
    cell: ({ examples }) => {
      const values = examples.map(({ value }) => (value === null ? 'missing' : String(value))).join(', ');
      const told = examples
        .map(({ requestId, row, value }) => `${requestId}, row ${row}: ${value}`)
        .join('\n');
      return (
        <span className="a-truncate" title={told}>
          {values}
        </span>
      );
    },
  },
];

/** By which rules the requests of an endpoint are checked, and what broke them since the engine started. */
export function ChecksTab({ endpoint }: { endpoint: ServingEndpoint }) {
  const found = useEndpointValidation(endpoint.name);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <QueryView query={found}>
        {(data) => (
          <>
            <Checks checks={data} onChange={() => setOpen(true)} />
            {data.leftOut.length > 0 ? <LeftOut checks={data} /> : null}
          </>
        )}
      </QueryView>
      {isOpen ? <ChecksDialog endpoint={endpoint} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const modes = {
  off: { tone: 'idle', text: 'off' },
  log: { tone: 'info', text: 'counted' },
  reject: { tone: 'warn', text: 'refused when broken' },
} as const;

function Checks({ checks, onChange }: { checks: EndpointValidation; onChange: () => void }) {
  const { mode, schema, why, requests, broken, refused, sinceMs } = checks;
  const rules = checks.rules.toSorted((a, b) => b.broken - a.broken);
  return (
    <Panel
      title="Rules that requests are held against"
      padding="none"
      aside={
        <Button size="xs" variant="default" onClick={onChange}>
          Change …
        </Button>
      }
    >
      {mode === 'off' ? (
        <EmptyState
          title="Requests are not checked"
          action={<Button onClick={onChange}>Check requests …</Button>}
        >
          The rows of each request can be held against the schema of the data that the model was trained on:
          types, ranges, lists, patterns, missing values and conditions.
        </EmptyState>
      ) : schema === null ? (
        <EmptyState
          title="There is no schema to check by"
          action={<Button onClick={onChange}>Choose one …</Button>}
        >
          {why}
        </EmptyState>
      ) : (
        <>
          <p className={classes.checkFacts}>
            <ToneBadge tone={modes[mode].tone}>{modes[mode].text}</ToneBadge>
            <span>
              <AppLink href={paths.dataset(schema.dataset, { tab: 'validation' })}>
                schema {schema.version} of {schema.dataset}
              </AppLink>
              , {why}
            </span>
            <span>
              {formatCount(requests)} requests since <RelativeTime timeMs={sinceMs} />
            </span>
            <span>{formatCount(broken)} with a broken rule</span>
            {mode === 'reject' || refused > 0 ? <span>{formatCount(refused)} refused</span> : null}
          </p>
          <DataTable
            label="Rules that requests are held against"
            columns={columns}
            rows={rules}
            rowId={({ ruleId }) => ruleId}
            maxHeight={Math.min(560, 40 + Math.max(rules.length, 2) * 38)}
          />
        </>
      )}
    </Panel>
  );
}

const leftOutColumns: readonly DataColumn<EndpointValidation['leftOut'][number]>[] = [
  { id: 'about', header: 'About', width: 150, cell: ({ column }) => column ?? 'the table' },
  { id: 'expected', header: 'Expected', width: 260, cell: ({ expected }) => expected },
  { id: 'reason', header: 'Why it is not checked', width: 300, grow: true, cell: ({ reason }) => reason },
];

function LeftOut({ checks: { leftOut } }: { checks: EndpointValidation }) {
  return (
    <Panel title={`Rules that a request cannot be held against (${leftOut.length})`} padding="none">
      <DataTable
        label="Rules that a request cannot be held against"
        columns={leftOutColumns}
        rows={leftOut}
        rowId={({ ruleId }) => ruleId}
        maxHeight={Math.min(320, 40 + leftOut.length * 38)}
      />
    </Panel>
  );
}
