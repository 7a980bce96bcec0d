import type { Problem, ProblemDetails } from '../contract/index.ts';

/**
 * An answer of the API that says no. Compare `code` (see `errorTable` of the contract); `message` is for people
 * and may change. When there is no answer at all, whatever `fetch` throws comes through instead.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly hint: string;
  readonly problems: readonly Problem[];
  readonly requestId: string;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.name = 'ApiError';
    this.status = details.status;
    this.code = details.code;
    this.title = details.title;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
    this.requestId = details.requestId;
  }
}

/** Reads a refused response, also one that something other than Assay sent (a proxy, another program on the port). */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  const details = problemDetailsOf(text);
  if (details) return new ApiError(details);
  return new ApiError({
    type: 'about:blank',
    title: 'The answer is not one of Assay',
    status: response.status,
    code: 'internal',
    detail: `HTTP ${response.status} without problem details: ${text.slice(0, 200)}`,
    hint: 'Check that the address is that of an Assay engine.',
    instance: response.url,
    requestId: response.headers.get('x-request-id') ?? '',
  });
}

function problemDetailsOf(text: string): ProblemDetails | null {
  try {
    const body: unknown = JSON.parse(text);
    const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
    return isProblem ? (body as ProblemDetails) : null;
  } catch {
    return null;
  }
}
