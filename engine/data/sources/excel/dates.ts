/** What a number with a format of dates is: a day or moment, a time of day, or a length of time. */
export type DateKind = 'date' | 'time' | 'elapsed';

/** Formats that every workbook knows (ECMA-376 part 1, 18.8.30), and those of East Asian editions. */
function builtIn(id: number): DateKind | null {
  if (id === 46) return 'elapsed';
  if ((id >= 18 && id <= 21) || id === 45 || id === 47) return 'time';
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return 'date';
  return null;
}

/** What kind of time the numbers of a format are; null for plain numbers. */
export function dateKind(id: number, code: string | undefined): DateKind | null {
  if (code === undefined) return builtIn(id);
  if (/^general$/i.test(code)) return null;
  const [first = ''] = code.replace(/"[^"]*"|\\.|_.|\*./g, '').split(';');
  if (/\[(h+|m+|s+)\]/i.test(first)) return 'elapsed';
  const bare = first.replace(/\[[^\]]*\]/g, '').replace(/AM\/PM|A\/P/gi, 'h');
  if (/[yd]/i.test(bare) || /m{3,}/i.test(bare)) return 'date';
  if (/[hs]/i.test(bare)) return 'time';
  return /^[^0#?]*m[^0#?]*$/i.test(bare) ? 'date' : null;
}

const DAY_MS = 86_400_000;
/** Days from the beginning of Excel's count to that of Unix. */
const EPOCH_1900 = 25_569;
const EPOCH_1904 = 24_107;
/** Excel takes 1900 for a leap year: days before its 29 February are one off. */
const FALSE_LEAP_DAY = 60;

/** A number of days as text: `2020-01-31`, `2020-01-31 10:30:00`, `10:30:00`, hours of any number for lengths. */
export function dateText(serial: number, kind: DateKind, from1904: boolean): string | null {
  if (!Number.isFinite(serial)) return null;
  if (kind === 'elapsed') return lengthText(serial);
  if (kind === 'time' && serial >= 0 && serial < 1) return clock(Math.round(serial * DAY_MS));
  const shifted = !from1904 && serial < FALSE_LEAP_DAY ? serial + 1 : serial;
  const ms = Math.round((shifted - (from1904 ? EPOCH_1904 : EPOCH_1900)) * DAY_MS);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || serial < 0) return null;
  const [day = ''] = date.toISOString().split('T');
  const inDay = ((ms % DAY_MS) + DAY_MS) % DAY_MS;
  return inDay === 0 ? day : `${day} ${clock(inDay)}`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const rest = ms % 1000;
  const two = (value: number) => String(value).padStart(2, '0');
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return rest === 0 ? text : `${text}.${String(rest).padStart(3, '0')}`;
}

function lengthText(serial: number): string {
  return `${serial < 0 ? '-' : ''}${clock(Math.round(Math.abs(serial) * DAY_MS))}`;
}
