import type { Readable } from 'node:stream';
import sax from 'sax';

export type XmlHandlers = {
  /** Names are without their prefix. */
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
  /** After each piece of the file; false ends the reading. */
  piece?(): Promise<boolean>;
};

/** Reads XML as it comes. Throws for XML that is not well-formed. */
export async function readXml(stream: Readable, handlers: XmlHandlers): Promise<void> {
  const parser = sax.parser(true, { position: false });
  let failure: Error | null = null;
  parser.onerror = (error) => {
    failure ??= error;
    parser.resume();
  };
  parser.onopentag = ({ name, attributes }) =>
    handlers.open?.(withoutPrefix(name), attributes as Record<string, string>);
  parser.ontext = (text) => handlers.text?.(text);
  parser.oncdata = (text) => handlers.text?.(text);
  parser.onclosetag = (name) => handlers.close?.(withoutPrefix(name));
  const decoder = new TextDecoder();
  try {
    for await (const bytes of stream) {
      parser.write(decoder.decode(bytes, { stream: true }));
      if (failure !== null) throw failure;
      if (handlers.piece !== undefined && !(await handlers.piece())) return;
    }
    parser.write(decoder.decode()).close();
    if (failure !== null) throw failure;
  } finally {
    stream.destroy();
  }
}

function withoutPrefix(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}
