/** What a report says, apart from how it is shown: the same document is written as HTML and as PDF. */

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A text, or a word in a coloured frame. */
export type Cell = string | { text: string; tone: Tone };

export type Column = {
  title: string;
  align?: 'end';
  /** Share of the width of a page; columns without one have the rest between them. */
  width?: number;
};

/** The inks of drawings: the two series, what is missing between them, lines and letters. */
export type Ink = 'first' | 'second' | 'line' | 'text' | 'bad';

export type Shape =
  | { kind: 'bar'; x: number; y: number; width: number; height: number; ink: Ink; opacity?: number }
  | { kind: 'line'; points: readonly (readonly [number, number])[]; ink: Ink; isDashed?: boolean }
  | { kind: 'text'; x: number; y: number; text: string; anchor: 'start' | 'middle' | 'end' };

/** Vectors in units of a CSS pixel, from the top left. */
export type Drawing = { width: number; height: number; label: string; shapes: readonly Shape[] };

export type Block =
  | { kind: 'text'; text: string; isDim?: boolean }
  /** What matters most, in a coloured frame. */
  | { kind: 'callout'; tone: Tone; title: string; text: string }
  | { kind: 'heading'; text: string; badge?: Cell }
  | { kind: 'facts'; facts: readonly (readonly [string, string])[] }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'table'; columns: readonly Column[]; rows: readonly (readonly Cell[])[] }
  | { kind: 'figure'; drawing: Drawing };

export type DocumentSection = { id: string; title: string; blocks: readonly Block[] };

export type ReportDocument = {
  title: string;
  /** What it is about, under the title. */
  facts: readonly string[];
  sections: readonly DocumentSection[];
  /** Where it comes from, at the end. */
  footer: string;
  /** When what it tells of was found: the same report has the same bytes whenever it is written. */
  createdAtMs: number;
};
