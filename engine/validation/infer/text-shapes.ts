/**
 * The shape of a text: letters become A or a, digits 9, everything else stays. "LH-4711" has the shape "AA-9999".
 */
export function shapeSql(column: string): string {
  return `regexp_replace(regexp_replace(regexp_replace(${column}, '[0-9]', '9', 'g'), '[a-z]', 'a', 'g'), '[A-Z]', 'A', 'g')`;
}

/** Patterns that have a name, tried in this order on shapes. */
const named: readonly { shape: RegExp; pattern: string }[] = [
  {
    shape: /^[a9]{8}-[a9]{4}-[a9]{4}-[a9]{4}-[a9]{12}$/,
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  },
  { shape: /^[^\s@]+@[^\s@]+\.[aA]{2,}$/, pattern: '^[^\\s@]+@[^\\s@]+\\.[A-Za-z]{2,}$' },
  { shape: /^aaaaa?:\/\/\S+$/, pattern: '^https?://\\S+$' },
];
const HEX = /^[a9]{16,128}$/;

/**
 * A pattern that texts of these shapes keep, or null when they share none that says anything: one shape is spelt out with
 * its repeats, several are only taken when they are of a known kind.
 */
export function patternOf(shapes: readonly string[]): string | null {
  const [first, ...others] = shapes;
  if (first === undefined) return null;
  const known = named.find(({ shape }) => shapes.every((one) => shape.test(one)));
  if (known !== undefined) return known.pattern;
  if (shapes.every((one) => HEX.test(one) && one.length === first.length))
    return `^[0-9a-f]{${first.length}}$`;
  if (others.length > 0 || first.length < 2 || first.length > 60 || !/9|A/.test(first)) return null;
  return `^${spellOut(first)}$`;
}

const classes: Readonly<Record<string, string>> = { '9': '[0-9]', a: '[a-z]', A: '[A-Z]' };

function spellOut(shape: string): string {
  const runs = shape.match(/(.)\1*/gsu) ?? [];
  return runs
    .map((run) => {
      const [symbol = ''] = [...run];
      const length = [...run].length;
      const one = classes[symbol] ?? symbol.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
      return length === 1 ? one : `${one}{${length}}`;
    })
    .join('');
}
