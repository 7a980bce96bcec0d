import { SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { RuleResult } from '../../../local-api/contract/index.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RuleBadge } from './VerdictBadge.tsx';
import classes from './validation.module.css';

const columns: readonly DataColumn<RuleResult>[] = [
  { id: 'status', header: 'Result', width: 104, cell: (result) => <RuleBadge {...result} /> },
  {
    id: 'about',
    header: 'About',
    width: 150,
    cell: (result) => <strong>{result.column ?? 'the table'}</strong>,
  },
  {
    id: 'expected',
    header: 'Expected',
    width: 210,
    grow: true,
    cell: (result) => (
      <span className="a-truncate" title={`${result.kind}: ${result.expected}`}>
        {result.expected}
      </span>
    ),
  },
  {
    id: 'found',
    header: 'Found',
    width: 230,
    cell: (result) => (
      <span className="a-truncate" title={result.found}>
        {result.found}
      </span>
    ),
  },
];

type Props = {
  results: readonly RuleResult[];
  currentId: string | undefined;
  onOpen: (ruleId: string) => void;
};

/** The result of each rule: those that are broken first asked for, all of them on demand. */
export function ResultTable({ results, currentId, onOpen }: Props) {
  const noted = results.filter(({ status }) => status === 'failed' || status === 'unknown').length;
  const [filter, setFilter] = useState(noted > 0 ? 'noted' : 'all');
  const [search, setSearch] = useState('');
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return results.filter(
      ({ status, ruleId, expected }) =>
        (filter === 'all' || status === 'failed' || status === 'unknown') &&
        `${ruleId} ${expected}`.toLowerCase().includes(wanted),
    );
  }, [results, filter, search]);
  return (
    <Panel
      title="Rules"
      padding="none"
      aside={
        <>
          <TextInput
            aria-label="Search rules"
            placeholder="Search"
            leftSection={<IconSearch size={14} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            w={150}
          />
          <SegmentedControl
            aria-label="Which rules"
            data={[
              { value: 'noted', label: `Not kept (${noted})` },
              { value: 'all', label: `All (${results.length})` },
            ]}
            value={filter}
            onChange={setFilter}
          />
        </>
      }
    >
      <DataTable
        label="Results of the rules"
        isMain
        columns={columns}
        rows={shown}
        rowId={({ ruleId }) => ruleId}
        currentId={currentId}
        onOpen={({ ruleId }) => onOpen(ruleId)}
        maxHeight={Math.min(620, 40 + Math.max(shown.length, 3) * 38)}
        empty={<p className={classes.dim}>Every rule is kept.</p>}
      />
    </Panel>
  );
}
