import { z } from 'zod';
import { type OtlpSpan, toOtlpSpan } from './spans.ts';

/** Ids are hexadecimal here, unlike in other JSON of protocol buffers; 64-bit numbers may be texts. */
const Integer = z.union([z.number(), z.string().regex(/^-?\d+$/)]);
const Id = z.string().toLowerCase().default('');

type AnyValue = {
  stringValue?: string | undefined;
  boolValue?: boolean | undefined;
  intValue?: number | string | undefined;
  doubleValue?: number | string | undefined;
  arrayValue?: { values?: AnyValue[] | undefined } | undefined;
  kvlistValue?: { values?: { key: string; value?: AnyValue | undefined }[] | undefined } | undefined;
  bytesValue?: string | undefined;
};
const AnyValue: z.ZodType<AnyValue> = z.lazy(() =>
  z.object({
    stringValue: z.string().optional(),
    boolValue: z.boolean().optional(),
    intValue: Integer.optional(),
    doubleValue: z.union([z.number(), z.string()]).optional(),
    arrayValue: z.object({ values: z.array(AnyValue).optional() }).optional(),
    kvlistValue: z.object({ values: z.array(KeyValue).optional() }).optional(),
    bytesValue: z.string().optional(),
  }),
);
const KeyValue = z.object({ key: z.string(), value: AnyValue.optional() });
const Attributes = z.array(KeyValue).default([]);

const statusCodes: Record<string, number> = { STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

const Span = z.object({
  traceId: Id,
  spanId: Id,
  parentSpanId: Id,
  name: z.string().default(''),
  startTimeUnixNano: Integer.default('0'),
  endTimeUnixNano: Integer.default('0'),
  attributes: Attributes,
  events: z
    .array(
      z.object({ name: z.string().default(''), timeUnixNano: Integer.default('0'), attributes: Attributes }),
    )
    .default([]),
  links: z.array(z.object({ traceId: Id, spanId: Id, attributes: Attributes })).default([]),
  status: z
    .object({ code: z.union([z.number(), z.string()]).default(0), message: z.string().default('') })
    .default({ code: 0, message: '' }),
});
/** Spans are read one by one: there may be tens of thousands. */
const Request = z.object({
  resourceSpans: z
    .array(
      z.object({ scopeSpans: z.array(z.object({ spans: z.array(z.unknown()).default([]) })).default([]) }),
    )
    .default([]),
});

function plain(value: AnyValue | undefined): unknown {
  if (value === undefined) return null;
  if (value.intValue !== undefined) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : String(value.intValue);
  }
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue !== undefined) return record(value.kvlistValue.values ?? []);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  return value.stringValue ?? value.boolValue ?? value.bytesValue ?? null;
}

function record(list: readonly z.infer<typeof KeyValue>[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));
}

/**
 * The spans of an ExportTraceServiceRequest in JSON, one after the other, so that whoever takes them can pause between
 * two. Throws a ZodError, a SyntaxError or a RangeError for what is none.
 */
export function* decodeOtlpJson(body: string): Generator<OtlpSpan> {
  const request = Request.parse(JSON.parse(body));
  for (const { scopeSpans } of request.resourceSpans) {
    for (const { spans } of scopeSpans) {
      for (const each of spans) yield toSpan(Span.parse(each));
    }
  }
}

function toSpan(parsed: z.infer<typeof Span>): OtlpSpan {
  const { status, startTimeUnixNano, endTimeUnixNano, events, links, attributes, ...span } = parsed;
  return toOtlpSpan({
    ...span,
    startNs: String(startTimeUnixNano),
    endNs: String(endTimeUnixNano),
    attributes: record(attributes),
    statusCode: statusCodes[status.code] ?? Number(status.code),
    statusMessage: status.message,
    events: events.map((event) => ({
      name: event.name,
      timeNs: String(event.timeUnixNano),
      attributes: record(event.attributes),
    })),
    links: links.map((link) => ({ ...link, attributes: record(link.attributes) })),
  });
}
