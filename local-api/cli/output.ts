/** What a command prints. People get tables and progress, scripts get one JSON object on stdout and nothing else. */
import pc from 'picocolors';

export type Column<Row> = { title: string; value: (row: Row) => string; align?: 'left' | 'right' };

export type Output = {
  json: boolean;
  /** The answer of the command: the object with --json, otherwise what `human` prints. */
  result(data: unknown, human: () => void): void;
  line(text?: string): void;
  table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], whenEmpty: string): void;
  /** Something worth knowing that is not the answer; on stderr, so that pipes stay clean. */
  note(text: string): void;
  progress(title: string): Progress;
};

export type Progress = {
  update(fraction: number | null, message: string): void;
  done(message?: string): void;
};

export function createOutput(options: { json: boolean }): Output {
  const write = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  return {
    json: options.json,
    result(data, human) {
      if (options.json) write(JSON.stringify(data));
      else human();
    },
    line: (text = '') => write(text),
    table: (rows, columns, whenEmpty) =>
      write(rows.length === 0 ? pc.dim(whenEmpty) : formatTable(rows, columns)),
    note: (text) => process.stderr.write(`${text}\n`),
    progress: (title) =>
      options.json ? silentProgress : process.stderr.isTTY ? barProgress(title) : lineProgress(title),
  };
}

/** Left-aligned text columns, right-aligned numbers; widths count visible characters only. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, i) =>
    Math.max(visibleWidth(column.title), ...cells.map((row) => visibleWidth(row[i] ?? ''))),
  );
  const format = (row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const pad = ' '.repeat(Math.max(0, (widths[i] ?? 0) - visibleWidth(cell)));
        return columns[i]?.align === 'right' ? pad + cell : cell + pad;
      })
      .join('  ')
      .trimEnd();
  const header = format(columns.map((column) => column.title));
  return [pc.dim(header), ...cells.map(format)].join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes start with the escape character.
const colourCode = /\u001b\[[0-9;]*m/g;
export function visibleWidth(text: string): number {
  return [...text.replace(colourCode, '')].length;
}

const silentProgress: Progress = { update() {}, done() {} };

/** For logs and pipes: a line each time the message changes, at most one a second. */
function lineProgress(title: string): Progress {
  let last = '';
  let lastAt = 0;
  return {
    update(fraction, message) {
      const now = Date.now();
      if (message === last || (message !== '' && now - lastAt < 1000 && fraction !== 1)) return;
      last = message;
      lastAt = now;
      const percent = fraction === null ? '' : ` ${Math.round(fraction * 100)} %`;
      process.stderr.write(`${title}${percent}: ${message}\n`);
    },
    done(message) {
      if (message) process.stderr.write(`${title}: ${message}\n`);
    },
  };
}

/** One line that is redrawn. */
function barProgress(title: string): Progress {
  const width = 24;
  const draw = (fraction: number | null, message: string): void => {
    const filled = fraction === null ? 0 : Math.round(fraction * width);
    const bar = pc.cyan('━'.repeat(filled)) + pc.dim('━'.repeat(width - filled));
    const percent = fraction === null ? '    ' : `${Math.round(fraction * 100)}`.padStart(3).concat(' %');
    const room = Math.max(10, (process.stderr.columns ?? 100) - width - title.length - 12);
    process.stderr.write(`\r\u001b[2K${title} ${bar} ${percent} ${pc.dim(message.slice(0, room))}`);
  };
  return {
    update: draw,
    done(message) {
      process.stderr.write('\r\u001b[2K');
      if (message) process.stderr.write(`${pc.green('✓')} ${title} ${pc.dim(message)}\n`);
    },
  };
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

export function formatTime(ms: number | null | undefined): string {
  return ms == null ? '' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Four significant digits, no exponent for ordinary sizes; the three special values by their name. */
export function formatNumber(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}
