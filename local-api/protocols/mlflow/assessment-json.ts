import { z } from 'zod';
import type { NewAssessment } from '../../../engine/tracing/index.ts';
import type { Assessment } from '../../contract/index.ts';
import { invalidParameter } from './errors.ts';
import { bool, message, repeated, text } from './message.ts';

/** The metadata that tells which run an assessment came from. */
const runMetadata = 'mlflow.assessment.sourceRunId';

export const record = () =>
  z
    .record(z.string(), z.string())
    .nullish()
    .transform((map) => map ?? {});

const Failure = message({ error_code: text(), error_message: text(), stack_trace: text() });
export const AssessmentMessage = message({
  assessment_name: text(),
  span_id: text(),
  source: message({ source_type: text(), source_id: text() }).nullish(),
  feedback: message({ value: z.unknown().optional(), error: Failure.nullish() }).nullish(),
  expectation: message({
    value: z.unknown().optional(),
    serialized_value: message({ serialization_format: text(), value: text() }).nullish(),
  }).nullish(),
  issue: message({ issue_name: text() }).nullish(),
  rationale: text(),
  error: Failure.nullish(),
  metadata: record(),
  overrides: text(),
  valid: bool(),
});
export type AssessmentMessage = z.output<typeof AssessmentMessage>;
export const assessments = () => repeated(AssessmentMessage);

/** The value and the error of what was sent. Throws INVALID_PARAMETER_VALUE for a text that should be JSON. */
export function contentOf(sent: AssessmentMessage): Pick<Assessment, 'kind' | 'value' | 'error'> | null {
  if (sent.expectation) {
    const { serialized_value: serialized, value = null } = sent.expectation;
    return { kind: 'expectation', value: serialized ? parsed(serialized.value) : value, error: null };
  }
  if (sent.issue) return { kind: 'issue', value: sent.issue.issue_name ?? null, error: null };
  if (!sent.feedback) return null;
  const failure = sent.feedback.error ?? sent.error;
  const error = failure
    ? {
        code: failure.error_code ?? '',
        ...(failure.error_message === undefined ? {} : { message: failure.error_message }),
        ...(failure.stack_trace === undefined ? {} : { stackTrace: failure.stack_trace }),
      }
    : null;
  return { kind: 'feedback', value: sent.feedback.value ?? null, error };
}

function parsed(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? 'null');
  } catch {
    throw invalidParameter("The 'serialized_value' of the expectation is not JSON.");
  }
}

/** Throws INVALID_PARAMETER_VALUE when it says nothing, or has no name. */
export function newAssessment(sent: AssessmentMessage): NewAssessment {
  const content = contentOf(sent);
  const name = sent.assessment_name ?? '';
  if (content === null || name === '') {
    throw invalidParameter(
      "An assessment has an 'assessment_name', and one of 'feedback', 'expectation' and 'issue'.",
    );
  }
  return {
    ...content,
    name,
    spanId: sent.span_id ?? null,
    rationale: sent.rationale ?? null,
    source: { type: sent.source?.source_type ?? 'CODE', id: sent.source?.source_id ?? 'default' },
    metadata: sent.metadata,
    runId: sent.metadata[runMetadata] ?? null,
    overrides: sent.overrides === undefined || sent.overrides === '' ? null : sent.overrides,
    valid: sent.valid ?? true,
  };
}

function contentJson({ kind, value, error }: Assessment): object {
  if (kind === 'issue') return { issue: { issue_name: String(value) } };
  if (kind === 'expectation') {
    return typeof value === 'object' && value !== null
      ? {
          expectation: {
            serialized_value: { serialization_format: 'JSON_FORMAT', value: JSON.stringify(value) },
          },
        }
      : { expectation: { value } };
  }
  if (error === null) return { feedback: { value } };
  const failure = {
    error_code: error.code,
    ...(error.message === undefined ? {} : { error_message: error.message }),
    ...(error.stackTrace === undefined ? {} : { stack_trace: error.stackTrace }),
  };
  return { feedback: { ...(value === null ? {} : { value }), error: failure } };
}

export function assessmentJson(assessment: Assessment): object {
  const { source, spanId, rationale, overrides } = assessment;
  return {
    assessment_id: assessment.id,
    assessment_name: assessment.name,
    trace_id: assessment.traceId,
    ...(spanId === null ? {} : { span_id: spanId }),
    source: { source_type: source.type, source_id: source.id },
    create_time: new Date(assessment.createdAtMs).toISOString(),
    last_update_time: new Date(assessment.updatedAtMs).toISOString(),
    ...contentJson(assessment),
    ...(rationale === null ? {} : { rationale }),
    metadata: assessment.metadata,
    ...(overrides === null ? {} : { overrides }),
    valid: assessment.valid,
  };
}
