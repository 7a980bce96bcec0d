import { useMemo, useRef, useState } from 'react';
import { toastFault } from '../../../components/toasts.tsx';
import { readAllIds } from './runs-queries.ts';
import type { RunsTableRow } from './table-rows.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * Selected rows. A selected group stands for all its runs, those that are folded included: they are read when it is selected,
 * and leave the selection with it. Lines that only say something cannot be selected.
 *
 * @returns `rows` for the table (ids of runs and groups) and `runIds`, the runs among them
 */
export function useRunSelection(rows: readonly RunsTableRow[]) {
  const [selected, setSelected] = useState(NONE);
  const members = useRef(new Map<string, readonly string[]>());
  const byId = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);

  const change = (next: ReadonlySet<string>) => {
    const result = new Set(next);
    for (const id of selected) {
      if (!next.has(id)) for (const member of members.current.get(id) ?? []) result.delete(member);
    }
    for (const id of next) {
      const row = byId.get(id);
      if (row?.kind === 'note') result.delete(id);
      if (selected.has(id) || row?.kind !== 'group') continue;
      readAllIds(row.group.filter)
        .then((ids) => {
          members.current.set(id, ids);
          setSelected((known) => (known.has(id) ? new Set([...known, ...ids]) : known));
        })
        .catch(toastFault);
    }
    setSelected(result);
  };
  const clear = () => {
    members.current.clear();
    setSelected((known) => (known.size === 0 ? known : NONE));
  };
  const runIds = useMemo(() => [...selected].filter((id) => !id.startsWith('group:')), [selected]);
  return { rows: selected, runIds, change, clear };
}
