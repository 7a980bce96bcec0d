import { formatBytes } from '../../../app/format.ts';
import { QueryView } from '../../../components/QueryView.tsx';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import classes from './Code.module.css';
import { type RunFile, useBeginning } from './read-bytes.ts';

const SHOWN_BYTES = 4096;

/** The first bytes of a file whose kind nobody knows: offset, hexadecimal, and the characters of ASCII. */
export function HexPreview({ file }: { file: RunFile }) {
  const query = useBeginning(file, SHOWN_BYTES);
  return (
    <QueryView query={query}>
      {(bytes) => (
        <>
          <p className="a-dim">
            No preview for this kind of file.{' '}
            {file.sizeBytes > SHOWN_BYTES
              ? `Its first ${formatBytes(SHOWN_BYTES)} of ${formatBytes(file.sizeBytes)}:`
              : 'Its bytes:'}
          </p>
          <ScrollRegion
            label={`Bytes of ${file.path}`}
            className={classes.scroll}
            style={{ maxHeight: 520, padding: 10 }}
          >
            <pre className={classes.hex}>{hexLines(bytes).join('\n')}</pre>
          </ScrollRegion>
        </>
      )}
    </QueryView>
  );
}

/** Sixteen bytes a line, as hexdump writes them. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines;
}
