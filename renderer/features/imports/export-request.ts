import type { RunExportRequest } from '../../../local-api/contract/index.ts';
import { plainPath } from './import-request.ts';

/** Which runs: those chosen, or all that match a filter. */
export type ExportedRuns = { runIds: readonly string[] } | { filter: string | undefined };

/** What the form holds; all as it is typed. */
export type ExportDraft = {
  kind: RunExportRequest['target']['kind'];
  folder: string;
  url: string;
  signIn: 'none' | 'token' | 'password';
  token: string;
  username: string;
  password: string;
};

export const emptyExport: ExportDraft = {
  kind: 'mlruns',
  folder: '',
  url: '',
  signIn: 'none',
  token: '',
  username: '',
  password: '',
};

/** What is sent: only what goes with the kind of target. */
export function exportRequest(runs: ExportedRuns, draft: ExportDraft): RunExportRequest {
  const which =
    'runIds' in runs
      ? { runIds: [...runs.runIds] }
      : runs.filter === undefined || runs.filter.trim() === ''
        ? {}
        : { filter: runs.filter };
  if (draft.kind === 'mlruns')
    return { ...which, target: { kind: 'mlruns', folder: plainPath(draft.folder) } };
  const credentials = credentialsOf(draft);
  const target = { kind: 'mlflow', url: draft.url.trim() } as const;
  return { ...which, target: credentials === null ? target : { ...target, credentials } };
}

function credentialsOf({ signIn, token, username, password }: ExportDraft) {
  if (signIn === 'token') return { kind: 'token', token: token.trim() } as const;
  return signIn === 'password' ? ({ kind: 'password', username, password } as const) : null;
}

/** Whether the form says all that is needed. */
export function isComplete({ kind, folder, url, signIn, token, username }: ExportDraft): boolean {
  if (kind === 'mlruns') return folder.trim() !== '';
  if (url.trim() === '') return false;
  return signIn === 'none' || (signIn === 'token' ? token.trim() !== '' : username !== '');
}
