/** Bytes that are no geometry. */
const BAD = 'The geometry cannot be read';

/**
 * A geometry as MySQL keeps it (4 bytes of reference system, then well-known binary) as well-known text, such as
 * `POINT(1 2)`. Source: OGC 06-103r4, section 8.2. Throws for bytes that are none.
 */
export function wellKnownText(bytes: Buffer): string {
  const reader = { bytes, at: 4 };
  return geometry(reader);
}

type Reader = { bytes: Buffer; at: number };

const names = [
  'POINT',
  'LINESTRING',
  'POLYGON',
  'MULTIPOINT',
  'MULTILINESTRING',
  'MULTIPOLYGON',
  'GEOMETRYCOLLECTION',
] as const;

function geometry(reader: Reader): string {
  const { kind, isLittle } = header(reader);
  const name = names[kind - 1];
  if (name === undefined) throw new Error(BAD);
  if (name !== 'GEOMETRYCOLLECTION') return `${name}${body(reader, name, isLittle)}`;
  return `${name}${listOf(reader, isLittle, () => geometry(reader))}`;
}

function header(reader: Reader): { kind: number; isLittle: boolean } {
  const isLittle = reader.bytes.readUInt8(reader.at) === 1;
  reader.at += 1;
  return { kind: count(reader, isLittle), isLittle };
}

function body(reader: Reader, name: (typeof names)[number], isLittle: boolean): string {
  const point = () => `${number(reader, isLittle)} ${number(reader, isLittle)}`;
  const line = () => listOf(reader, isLittle, point);
  const polygon = () => listOf(reader, isLittle, line);
  // Each member of a list of shapes has a header of its own.
  const member = (part: (isLittle: boolean) => string) => () => part(header(reader).isLittle);
  switch (name) {
    case 'POINT':
      return `(${point()})`;
    case 'LINESTRING':
      return line();
    case 'POLYGON':
      return polygon();
    case 'MULTIPOINT':
      return listOf(
        reader,
        isLittle,
        member(() => point()),
      );
    case 'MULTILINESTRING':
      return listOf(
        reader,
        isLittle,
        member(() => line()),
      );
    case 'MULTIPOLYGON':
      return listOf(
        reader,
        isLittle,
        member(() => polygon()),
      );
    case 'GEOMETRYCOLLECTION':
      throw new Error(BAD);
  }
}

function listOf(reader: Reader, isLittle: boolean, item: () => string): string {
  const items: string[] = [];
  for (let left = count(reader, isLittle); left > 0; left--) items.push(item());
  return items.length === 0 ? ' EMPTY' : `(${items.join(',')})`;
}

function count(reader: Reader, isLittle: boolean): number {
  const { bytes, at } = reader;
  reader.at += 4;
  return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function number(reader: Reader, isLittle: boolean): number {
  const { bytes, at } = reader;
  reader.at += 8;
  return isLittle ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at);
}
