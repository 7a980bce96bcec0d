import { DriftWindow, type DriftWindowInput } from '../../../local-api/contract/index.ts';

/** A window as a form holds it; what does not belong to the kind chosen waits until it is chosen again. */
export type WindowDraft = {
  kind: DriftWindow['kind'];
  versionId: string | null;
  model: string;
  part: 'test' | 'training';
  endpoint: string;
  /** Requests of any endpoint that this model, and this version of it, answered; where no endpoint is named. */
  answeredBy: string;
  answeredVersion: string;
  /** Which requests: all that are kept, the newest so many, or those of a time. */
  take: 'all' | 'last' | 'time';
  last: number;
  fromMs: number | null;
  toMs: number | null;
  slice: string;
};

const emptyDraft: WindowDraft = {
  kind: 'version',
  versionId: null,
  model: '',
  part: 'test',
  endpoint: '',
  answeredBy: '',
  answeredVersion: '',
  take: 'all',
  last: 1000,
  fromMs: null,
  toMs: null,
  slice: '',
};

/** The form of a window that somebody linked to; an empty one where there is none. */
export function draftOf(window: DriftWindow | null): WindowDraft {
  if (window === null) return emptyDraft;
  const draft = { ...emptyDraft, kind: window.kind, slice: window.slice ?? '' };
  if (window.kind === 'version') return { ...draft, versionId: window.versionId };
  if (window.kind === 'baseline') return { ...draft, model: window.model ?? '', part: window.part };
  const { fromMs, toMs, last } = window;
  const isTime = fromMs !== undefined || toMs !== undefined;
  return {
    ...draft,
    endpoint: window.endpoint ?? '',
    answeredBy: window.model ?? '',
    answeredVersion: window.version ?? '',
    take: isTime ? 'time' : last === undefined ? 'all' : 'last',
    last: last ?? emptyDraft.last,
    fromMs: fromMs ?? null,
    toMs: toMs ?? null,
  };
}

/** Null while something needed is missing. A baseline may leave its model to the requests on the other side. */
export function windowOf(draft: WindowDraft, other: WindowDraft): DriftWindowInput | null {
  const slice = draft.slice.trim() === '' ? {} : { slice: draft.slice.trim() };
  switch (draft.kind) {
    case 'version':
      return draft.versionId === null ? null : { kind: 'version', versionId: draft.versionId, ...slice };
    case 'baseline': {
      if (draft.model === '' && other.kind !== 'requests') return null;
      const model = draft.model === '' ? {} : { model: draft.model };
      return { kind: 'baseline', ...model, part: draft.part, ...slice };
    }
    case 'requests': {
      const { take, last, fromMs, toMs, endpoint, answeredBy, answeredVersion } = draft;
      if (endpoint === '' && answeredBy === '') return null;
      const version = answeredVersion === '' ? {} : { version: answeredVersion };
      return {
        kind: 'requests',
        ...(endpoint === '' ? { model: answeredBy, ...version } : { endpoint }),
        ...(take === 'last' ? { last } : {}),
        ...(take === 'time' && fromMs !== null ? { fromMs } : {}),
        ...(take === 'time' && toMs !== null ? { toMs } : {}),
        ...slice,
      };
    }
  }
}

/** Windows as an address carries them. Null for what is none. */
export function readWindow(text: string | undefined): DriftWindow | null {
  if (text === undefined) return null;
  try {
    const parsed = DriftWindow.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** What `<input type="datetime-local">` shows: the time of the reader's clock. */
export function localText(timeMs: number | null): string {
  if (timeMs === null) return '';
  const shifted = timeMs - new Date(timeMs).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 16);
}

export function timeOfText(text: string): number | null {
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? null : time;
}
