import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Page, RunRow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { useEngineEvent } from '../../../app/events.ts';
import { patchRuns } from '../run-marks.ts';
import { scopeFilter } from './scope-filter.ts';

/** Changes are gathered this long before rows are read again. */
const GATHER_MS = 500;

type LiveOptions = {
  /** What the person typed, and what the page narrows it to. */
  filter: string;
  scope: string | undefined;
  /** Ids of the runs on screen. */
  shown: ReadonlySet<string>;
  /** What is read of a row. */
  fields: string;
};

/**
 * Listens to the engine: reads rows on screen again in place when they change, and counts new runs that match, which are not
 * shown until asked for. `hasChanged` tells that anything happened since the last `forget`, for figures over many runs.
 */
export function useLiveRuns(options: LiveOptions) {
  const cache = useQueryClient();
  const [newIds, setNewIds] = useState<ReadonlySet<string>>(new Set());
  const [hasChanged, setChanged] = useState(false);
  const latest = useRef(options);
  latest.current = options;
  const pending = useRef({ changed: new Set<string>(), created: new Set<string>() });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const flush = useCallback(async () => {
    timer.current = undefined;
    const { changed, created } = pending.current;
    pending.current = { changed: new Set(), created: new Set() };
    const now = latest.current;
    setChanged(true);
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
      const scope = `id in (${quoted(created)})${now.scope ? ` and ${now.scope}` : ''}`;
      const { items } = await readRows(scopeFilter(now.filter, scope).filter ?? scope, 'name');
      const found = items.map((row) => row.id).filter((id) => !latest.current.shown.has(id));
      if (found.length > 0) setNewIds((known) => new Set([...known, ...found]));
    }
  }, [cache]);

  const note = (kind: 'changed' | 'created', runId: string) => {
    pending.current[kind].add(runId);
    // What cannot be read now is read with the next change; the list itself reports a lost engine.
    timer.current ??= setTimeout(() => void flush().catch(() => undefined), GATHER_MS);
  };
  useEngineEvent('run.changed', (data) => {
    if (options.shown.has(data.runId)) note('changed', data.runId);
    else if (data.change === 'created' || data.change === 'restored') note('created', data.runId);
    else setChanged(true);
  });
  useEngineEvent('metrics.logged', (data) => {
    if (options.shown.has(data.runId)) note('changed', data.runId);
    else setChanged(true);
  });

  const forget = useCallback(() => {
    setNewIds((known) => (known.size === 0 ? known : new Set()));
    setChanged(false);
  }, []);
  return { newRuns: [...newIds].filter((id) => !options.shown.has(id)).length, hasChanged, forget };
}

function readRows(filter: string, fields: string): Promise<Page<RunRow>> {
  return client.runs.list({ query: { filter, fields, limit: 1000 } });
}

function quoted(ids: Iterable<string>): string {
  return [...ids].map((id) => `'${id}'`).join(',');
}
