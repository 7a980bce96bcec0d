import type { DriftReport, ReportFormat } from '../../../local-api/contract/index.ts';
import { type WrittenReport, writeDocument } from '../../report-document/index.ts';
import { driftDocument } from './drift-document.ts';

/** A drift report as a file: its verdict, likely causes, columns and parts, and what the figures mean. */
export function writeDriftReport(report: DriftReport, format: ReportFormat): Promise<WrittenReport> {
  const name = `drift ${report.referenceName} to ${report.currentName}`;
  return writeDocument({ source: report, document: driftDocument(report), name }, format);
}
