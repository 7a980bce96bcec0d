import type { TracingService } from '../../../engine/tracing/index.ts';
import { AssessmentMessage, assessmentJson, contentOf, newAssessment } from './assessment-json.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { message, required, text } from './message.ts';

const v3 = { version: 3 } as const;
const ids = { trace_id: required(text()), assessment_id: required(text()) };

/** `traces/{id}/assessments/…`: see docs/reference/mlflow-compatibility.md. */
export function assessmentEndpoints(tracing: TracingService): MlflowEndpoint[] {
  const all = '/mlflow/traces/{trace_id}/assessments';
  const one = `${all}/{assessment_id}`;
  return [
    rpc(
      'POST',
      all,
      message({ trace_id: required(text()), assessment: AssessmentMessage }),
      async ({ trace_id: id, assessment }) => ({
        assessment: assessmentJson(await tracing.addAssessment(id, newAssessment(assessment))),
      }),
      v3,
    ),
    rpc(
      'GET',
      one,
      message(ids),
      async ({ trace_id: id, assessment_id: which }) => ({
        assessment: assessmentJson(await tracing.assessment(id, which)),
      }),
      v3,
    ),
    rpc(
      'PATCH',
      one,
      message({ ...ids, assessment: AssessmentMessage, update_mask: text() }),
      async ({ trace_id: id, assessment_id: which, assessment, update_mask: mask = '' }) => {
        const changed = await tracing.updateAssessment(id, which, patchOf(assessment, mask));
        return { assessment: assessmentJson(changed) };
      },
      v3,
    ),
    rpc(
      'DELETE',
      one,
      message(ids),
      async ({ trace_id: id, assessment_id: which }) => {
        await tracing.deleteAssessment(id, which);
        return {};
      },
      v3,
    ),
  ];
}

/** Only what the mask names, which is in camelCase on the wire; all that was sent when it names nothing. */
function patchOf(sent: AssessmentMessage, mask: string): Parameters<TracingService['updateAssessment']>[2] {
  const named = new Set(
    mask
      .split(',')
      .map((path) => (path.trim().split('.')[0] ?? '').replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)),
  );
  named.delete('');
  const isAsked = (...names: string[]) => named.size === 0 || names.some((name) => named.has(name));
  const content = isAsked('feedback', 'expectation') ? contentOf(sent) : null;
  return {
    ...(content === null ? {} : { value: content.value, error: content.error }),
    ...(isAsked('assessment_name') && sent.assessment_name ? { name: sent.assessment_name } : {}),
    ...(isAsked('rationale') && sent.rationale !== undefined ? { rationale: sent.rationale } : {}),
    ...(isAsked('metadata') && Object.keys(sent.metadata).length > 0 ? { metadata: sent.metadata } : {}),
  };
}
