import { StringDecoder } from 'node:string_decoder';

/** A line that does not end is passed on in pieces of this many characters. */
const maxLineLength = 8192;

/** Cuts a byte stream into lines (LF, CRLF; a lone CR, as progress bars use it, too), whatever the chunks. */
export function lineSplitter(onLine: (line: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const pass = (line: string): void => {
    if (line !== '') onLine(line);
  };
  return {
    write(chunk) {
      const lines = (rest + decoder.write(chunk)).split(/\r?\n|\r/);
      rest = lines.pop() ?? '';
      lines.forEach(pass);
      for (; rest.length > maxLineLength; rest = rest.slice(maxLineLength))
        pass(rest.slice(0, maxLineLength));
    },
    end() {
      pass(rest + decoder.end());
      rest = '';
    },
  };
}
