import { parseFieldList } from '../../engine/store/index.ts';

type Item = Readonly<Record<string, unknown>>;

/** What names an item, and stays whatever is asked for. */
const identities = ['id', 'name', 'version'];

function isRecord(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An answer with items of which only the fields asked for are left: `name,tags.team`. The engine has checked that the names
 * exist. Items keep what names them; an answer without items stays as it is.
 */
export function pickFields(answer: unknown, fields: string): unknown {
  if (!isRecord(answer) || !Array.isArray(answer.items)) return answer;
  const wanted = parseFieldList(fields);
  const whole = new Set(wanted.filter(({ family }) => family === null).map(({ key }) => key));
  const parts = new Map<string, Set<string>>();
  for (const { family, key } of wanted) {
    if (family === null) continue;
    if (key === '*') whole.add(family);
    else parts.set(family, (parts.get(family) ?? new Set()).add(key));
  }
  const pick = (item: unknown): unknown => {
    if (!isRecord(item)) return item;
    const identity = identities.find((name) => Object.hasOwn(item, name));
    const picked = Object.entries(item).flatMap(([name, value]): [string, unknown][] => {
      if (name === identity || whole.has(name)) return [[name, value]];
      const keys = parts.get(name);
      if (keys === undefined || !isRecord(value)) return [];
      return [[name, Object.fromEntries(Object.entries(value).filter(([key]) => keys.has(key)))]];
    });
    return Object.fromEntries(picked);
  };
  return { ...answer, items: answer.items.map(pick) };
}
