import { z } from 'zod';
import { endpoint } from './endpoint.ts';

/** html: one file that needs nothing else; json: as the API gives it; pdf: to be printed or sent. */
export const ReportFormat = z.enum(['html', 'json', 'pdf']);
export type ReportFormat = z.infer<typeof ReportFormat>;

export const reportExportsApi = {
  drift: endpoint({
    id: 'report-exports.drift',
    method: 'GET',
    path: '/api/v1/drift-reports/{reportId}/export',
    summary: 'A drift report as a file: HTML, JSON or PDF',
    description: 'The same report gives the same bytes. HTML and PDF say the same; neither loads anything.',
    params: z.object({ reportId: z.string() }),
    query: z.object({
      format: ReportFormat.default('html'),
    }),
    response: 'bytes',
    errors: ['drift-reports/not-found'],
    timeoutMs: 120_000,
  }),
  validation: endpoint({
    id: 'report-exports.validation',
    method: 'GET',
    path: '/api/v1/data-validations/{validationId}/export',
    summary: 'A check of data as a file: HTML, JSON or PDF',
    params: z.object({ validationId: z.string() }),
    query: z.object({ format: ReportFormat.default('html') }),
    response: 'bytes',
    errors: ['data-validations/not-found'],
    timeoutMs: 120_000,
  }),
};
