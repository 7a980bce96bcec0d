import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Page, RunRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { useEngineEvent } from '../../../app/events.ts';
import { patchRuns } from '../run-marks.ts';
import { scopeFilter } from './scope-filter.ts';

/** Changes are gathered this long before rows are read again. */
const GATHER_MS = 500;
/** Enough to tell whether one of them matters; the next change tells it otherwise. */
const MAX_LOOKED_UP = 500;

type LiveOptions = {
  /** What the person typed, and what the page narrows it to. */
  filter: string;
  scope: string | undefined;
  /** Ids of the runs on screen. */
  shown: ReadonlySet<string>;
  /** What is read of a row. */
  fields: string;
  /** Whether figures over all runs that match are shown, so that a change of any of them matters. */
  showsFigures: boolean;
};

/**
 * Listens to the engine: reads rows on screen again in place when they change, and counts new runs that match, which are not
 * shown until asked for. `hasChanged` tells that figures over the runs are out of date; it is found out when they are shown.
 */
export function useLiveRuns(options: LiveOptions) {
  const cache = useQueryClient();
  const [newIds, setNewIds] = useState<ReadonlySet<string>>(new Set());
  const [hasChanged, setChanged] = useState(false);
  const latest = useRef(options);
  latest.current = options;
  const pending = useRef({
    changed: new Set<string>(),
    created: new Set<string>(),
    hidden: new Set<string>(),
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const flush = useCallback(async () => {
    timer.current = undefined;
    const { changed, created, hidden } = pending.current;
    pending.current = { changed: new Set(), created: new Set(), hidden: new Set() };
    const now = latest.current;
    if (now.showsFigures) {
      const ids = [...changed, ...created, ...hidden].slice(0, MAX_LOOKED_UP);
      if (changed.size > 0 || (await anyMatches(ids, now))) setChanged(true);
    }
    if (changed.size > 0) {
      const { items } = await readRows(
        `id in (${quoted(changed)}) and lifecycle in ('active', 'deleted')`,
        now.fields,
      );
      const fresh = new Map(items.map((row) => [row.id, row]));
      patchRuns(cache, (row) => {
        const read = fresh.get(row.id);
        // How many children a run has was not read for every list.
        return read ? { ...row, ...read } : row;
      });
    }
    if (created.size > 0) {
      const { items } = await readRows(filterOf(created, now), 'name');
      const found = items.map((row) => row.id).filter((id) => !latest.current.shown.has(id));
      if (found.length > 0) setNewIds((known) => new Set([...known, ...found]));
    }
  }, [cache]);

  const note = (kind: 'changed' | 'created' | 'hidden', runId: string) => {
    pending.current[kind].add(runId);
    // What cannot be read now is read with the next change; the list itself reports a lost engine.
    timer.current ??= setTimeout(() => void flush().catch(() => undefined), GATHER_MS);
  };
  useEngineEvent('run.changed', (data) => {
    if (options.shown.has(data.runId)) note('changed', data.runId);
    else if (data.change === 'created' || data.change === 'restored') note('created', data.runId);
    else if (options.showsFigures) note('hidden', data.runId);
  });
  useEngineEvent('metrics.logged', (data) => {
    if (options.shown.has(data.runId)) note('changed', data.runId);
    else if (options.showsFigures) note('hidden', data.runId);
  });

  const forget = useCallback(() => {
    setNewIds((known) => (known.size === 0 ? known : new Set()));
    setChanged(false);
  }, []);
  return { newRuns: [...newIds].filter((id) => !options.shown.has(id)).length, hasChanged, forget };
}

/** The runs of `ids` that are among those listed. */
function filterOf(ids: Iterable<string>, { filter, scope }: LiveOptions): string {
  const narrowed = `id in (${quoted(ids)})${scope ? ` and ${scope}` : ''}`;
  return scopeFilter(filter, narrowed).filter ?? narrowed;
}

async function anyMatches(ids: readonly string[], options: LiveOptions): Promise<boolean> {
  if (ids.length === 0) return false;
  // Deleted ones count as well: they are missing from the figures.
  const filter = filterOf(ids, { ...options, filter: '' });
  return (
    (await client.runs.count({ query: { filter: `${filter} and lifecycle in ('active', 'deleted')` } }))
      .count > 0
  );
}

function readRows(filter: string, fields: string): Promise<Page<RunRow>> {
  return client.runs.list({ query: { filter, fields, limit: 1000 } });
}

function quoted(ids: Iterable<string>): string {
  return [...ids].map((id) => `'${id}'`).join(',');
}
