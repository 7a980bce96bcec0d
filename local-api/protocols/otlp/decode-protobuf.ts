import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import type { Span } from '../../contract/index.ts';
import { type OtlpSpan, type SpanParts, toOtlpSpan } from './spans.ts';

/*
 * The few messages of opentelemetry/proto/trace/v1 that matter here, by their field numbers. What is not known is skipped,
 * as protocol buffers want it.
 */

/** A value nested deeper than this is an attack, or a mistake. */
const maxDepth = 64;

/** Calls `take` for each field of a message; what it does not read is skipped. */
function fields(bytes: Uint8Array, take: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType]: [number, WireType] = reader.tag();
    if (!take(field, reader)) reader.skip(wireType, field);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** 64-bit integers beyond what is exact stay texts. */
function integer(value: bigint | string): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function anyValue(bytes: Uint8Array, depth: number): unknown {
  if (depth > maxDepth) throw new RangeError('a value is nested too deep');
  let value: unknown = null;
  fields(bytes, (field, reader) => {
    if (field === 1) value = reader.string();
    else if (field === 2) value = reader.bool();
    else if (field === 3) value = integer(reader.int64());
    else if (field === 4) value = reader.double();
    else if (field === 5) value = listOf(reader.bytes(), depth + 1);
    else if (field === 6) value = recordOf(reader.bytes(), depth + 1);
    else if (field === 7) value = Buffer.from(reader.bytes()).toString('base64');
    else return false;
    return true;
  });
  return value;
}

function listOf(bytes: Uint8Array, depth: number): unknown[] {
  const list: unknown[] = [];
  fields(bytes, (field, reader) => field === 1 && list.push(anyValue(reader.bytes(), depth)) > 0);
  return list;
}

function recordOf(bytes: Uint8Array, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  fields(bytes, (field, reader) => field === 1 && entries.push(keyValue(reader.bytes(), depth)) > 0);
  return Object.fromEntries(entries);
}

function keyValue(bytes: Uint8Array, depth = 0): [string, unknown] {
  let key = '';
  let value: unknown = null;
  fields(bytes, (field, reader) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = anyValue(reader.bytes(), depth);
    else return false;
    return true;
  });
  return [key, value];
}

function event(bytes: Uint8Array): Span['events'][number] {
  const attributes: [string, unknown][] = [];
  let name = '';
  let timeNs = '0';
  fields(bytes, (field, reader) => {
    if (field === 1) timeNs = String(reader.fixed64());
    else if (field === 2) name = reader.string();
    else if (field === 3) attributes.push(keyValue(reader.bytes()));
    else return false;
    return true;
  });
  return { name, timeNs, attributes: Object.fromEntries(attributes) };
}

function link(bytes: Uint8Array): Span['links'][number] {
  const attributes: [string, unknown][] = [];
  let traceId = '';
  let spanId = '';
  fields(bytes, (field, reader) => {
    if (field === 1) traceId = hex(reader.bytes());
    else if (field === 2) spanId = hex(reader.bytes());
    else if (field === 4) attributes.push(keyValue(reader.bytes()));
    else return false;
    return true;
  });
  return { traceId, spanId, attributes: Object.fromEntries(attributes) };
}

function span(bytes: Uint8Array): OtlpSpan {
  const attributes: [string, unknown][] = [];
  const parts: SpanParts = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    startNs: '0',
    endNs: '0',
    attributes: {},
    statusCode: 0,
    statusMessage: '',
    events: [],
    links: [],
  };
  fields(bytes, (field, reader) => {
    if (field === 1) parts.traceId = hex(reader.bytes());
    else if (field === 2) parts.spanId = hex(reader.bytes());
    else if (field === 4) parts.parentSpanId = hex(reader.bytes());
    else if (field === 5) parts.name = reader.string();
    else if (field === 7) parts.startNs = String(reader.fixed64());
    else if (field === 8) parts.endNs = String(reader.fixed64());
    else if (field === 9) attributes.push(keyValue(reader.bytes()));
    else if (field === 11) parts.events.push(event(reader.bytes()));
    else if (field === 13) parts.links.push(link(reader.bytes()));
    else if (field === 15) readStatus(reader.bytes(), parts);
    else return false;
    return true;
  });
  return toOtlpSpan({ ...parts, attributes: Object.fromEntries(attributes) });
}

function readStatus(bytes: Uint8Array, parts: SpanParts): void {
  fields(bytes, (field, reader) => {
    if (field === 2) parts.statusMessage = reader.string();
    else if (field === 3) parts.statusCode = reader.int32();
    else return false;
    return true;
  });
}

/**
 * The spans of an ExportTraceServiceRequest, one after the other, so that whoever takes them can pause between two. Throws
 * what the reader throws on bytes that are none.
 */
export function* decodeOtlpProtobuf(body: Uint8Array): Generator<OtlpSpan> {
  const found: Uint8Array[] = [];
  fields(body, (ofRequest, resourceSpans) => {
    if (ofRequest !== 1) return false;
    fields(resourceSpans.bytes(), (ofResource, scopeSpans) => {
      if (ofResource !== 2) return false;
      fields(scopeSpans.bytes(), (ofScope, reader) => ofScope === 2 && found.push(reader.bytes()) > 0);
      return true;
    });
    return true;
  });
  for (const bytes of found) yield span(bytes);
}
