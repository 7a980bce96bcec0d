import type { DatasetSource, HttpPaging } from '../../../../local-api/contract/index.ts';

/** What is typed about an address. */
export type WebDraft = {
  url: string;
  what: 'file' | 'records';
  at: string;
  by: 'none' | HttpPaging['by'];
  parameter: string;
  first: number;
  sizeParameter: string;
  size: number;
  nextAt: string;
};

export const emptyWebDraft: WebDraft = {
  url: '',
  what: 'file',
  at: '',
  by: 'none',
  parameter: '',
  first: 1,
  sizeParameter: '',
  size: 100,
  nextAt: '',
};

export const pagings: readonly { value: WebDraft['by']; label: string }[] = [
  { value: 'none', label: 'One answer has all' },
  { value: 'page', label: 'By number: page=1, 2, 3 …' },
  { value: 'offset', label: 'By offset: offset=0, 100 …' },
  { value: 'cursor', label: 'By a value in the answer' },
  { value: 'link', label: 'By the header Link' },
];

/** The source that a draft describes; null while something is missing. */
export function webSource(draft: WebDraft, connection: string | null): DatasetSource | null {
  const url = draft.url.trim();
  if (url === '' || (connection === null && !/^https?:\/\/[^/]/i.test(url))) return null;
  const common = { kind: 'http' as const, url, ...(connection === null ? {} : { connection }) };
  if (draft.what === 'file') return common;
  const paging = pagingOf(draft);
  if (paging === 'incomplete') return null;
  return { ...common, records: draft.at.trim(), ...(paging === null ? {} : { paging }) };
}

function pagingOf(draft: WebDraft): HttpPaging | null | 'incomplete' {
  const parameter = draft.parameter.trim();
  switch (draft.by) {
    case 'none':
      return null;
    case 'link':
      return { by: 'link' };
    case 'page':
      return { by: 'page', parameter: parameter || 'page', first: draft.first };
    case 'offset': {
      const sizeParameter = draft.sizeParameter.trim() || 'limit';
      return { by: 'offset', parameter: parameter || 'offset', sizeParameter, size: draft.size };
    }
    case 'cursor': {
      const at = draft.nextAt.trim();
      return at === '' ? 'incomplete' : { by: 'cursor', parameter: parameter || 'cursor', at };
    }
  }
}
