const LONGEST_LIST = 60;

/**
 * Plain data as YAML 1.2 in block style; short lists of scalars stand on one line. Texts that a YAML reader could take for
 * something else (numbers, booleans, null, texts with special marks) are written in double quotes.
 */
export function toYaml(value: unknown): string {
  return `${lines(value).join('\n')}\n`;
}

function lines(value: unknown): string[] {
  if (fitsOneLine(value)) return [oneLine(value)];
  if (Array.isArray(value)) {
    return value.flatMap((item) =>
      lines(item).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`)),
    );
  }
  return fieldsOf(value).flatMap(([key, item]) =>
    fitsOneLine(item)
      ? [`${yamlText(key)}: ${oneLine(item)}`]
      : [`${yamlText(key)}:`, ...lines(item).map((line) => `  ${line}`)],
  );
}

function fitsOneLine(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isScalar) && oneLine(value).length <= LONGEST_LIST;
  return isScalar(value) || fieldsOf(value).length === 0;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function fieldsOf(value: unknown): [string, unknown][] {
  return Object.entries(value ?? {}).filter(([, item]) => item !== undefined);
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value === 'string') return yamlText(value);
  return isScalar(value) ? JSON.stringify(value ?? null) : '{}';
}

/** A text as a YAML scalar: plain where a reader can't take it for something else. */
export function yamlText(value: string): string {
  const isPlain =
    /^[\p{L}_][\p{L}\p{N}_./ -]*$/u.test(value) &&
    !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value) &&
    !value.endsWith(' ');
  return isPlain ? value : JSON.stringify(value);
}
