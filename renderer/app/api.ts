import { ApiError, createClient } from '../../local-api/client/index.ts';

/** The one client of the page. Requests are relative, and the session cookie authenticates them. */
export const client = createClient();

export { ApiError };

/** What people are told about a failure, whatever was thrown. */
export type Fault = {
  title: string;
  detail: string;
  hint: string;
  code: string | null;
  requestId: string | null;
  problems: readonly { path: string; message: string; expected?: string | undefined }[];
};

/** Reads anything thrown by a request or by rendering as something that can be shown. */
export function toFault(error: unknown): Fault {
  if (error instanceof ApiError) {
    return {
      title: error.title,
      detail: error.message,
      hint: error.hint,
      code: error.code,
      requestId: error.requestId,
      problems: error.problems,
    };
  }
  const none = { code: null, requestId: null, problems: [] };
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return {
      ...none,
      title: 'The engine does not answer',
      detail: 'The page could not reach the local engine.',
      hint: 'Check that Assay is still running, then try again.',
    };
  }
  return {
    ...none,
    title: 'Something went wrong on this page',
    detail: error instanceof Error ? error.message : String(error),
    hint: 'Try again, or reload the page.',
  };
}
