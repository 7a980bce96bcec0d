import type { ColumnProfile, SemanticType } from '../../../local-api/contract/index.ts';

export type SemanticGuess = { semantic: SemanticType | null; share: number | null };

/** A form is told when at least this share of the values has it. */
const FEWEST_SHARE = 0.9;
const MOST_VALUES = 2000;
/** Fewer values can all differ by chance. */
const FEWEST_FOR_ID = 50;
const MOST_CATEGORIES = 100;

const EMAIL = /^[^\s@<>()[\],;:"]+@[^\s@]+\.[a-z]{2,}$/i;
const URL_FORM = /^(https?|ftp|s3|gs|wss?):\/\/\S+$|^www\.\S+\.\S+$/i;
const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;
const IP4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}(\/\d{1,2}|:\d{1,5})?$/;
const IP6 = /^(?=.*:.*:)[0-9a-f:]{2,39}(%\w+)?$/i;
const PATH = /^(\/|~\/|\.{1,2}\/|[a-z]:[\\/]|\\\\)[^\n]*[^\s/\\]|^[\w.-]+(\/[\w .-]+)+\.\w{1,5}$/i;
const DATE =
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|\d{1,2}[ -](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -,]+\d{2,4}|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2},? \d{4})([ T]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?(Z| ?[+-]\d{2}:?\d{2})?)?$/i;
const AMOUNT = String.raw`[+-]?\(?\d{1,3}([ ,.'\u00a0\u202f]?\d{3})*([.,]\d+)?\)?`;
const CURRENCY = new RegExp(
  String.raw`^-?(([$€£¥₹₽₩₺฿]|USD|EUR|GBP|JPY|CHF|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK)\s?${AMOUNT}|${AMOUNT}\s?([$€£¥₹₽₩₺฿]|USD|EUR|GBP|JPY|CHF|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|zł|kr))$`,
  'i',
);
const PERCENT = new RegExp(String.raw`^${AMOUNT}\s?%$`);
const NUMBER = new RegExp(String.raw`^${AMOUNT}(e[+-]?\d+)?$`, 'i');
const PHONE = /^\+?\(?\d{1,4}\)?([ \-./]?\(?\d{2,4}\)?){2,5}$/;

/** Most specific first: an IP address would pass for a number with dots, a date for a telephone number. */
const forms: readonly [SemanticType, (text: string) => boolean][] = [
  ['email', (text) => EMAIL.test(text)],
  ['url', (text) => URL_FORM.test(text)],
  ['uuid', (text) => UUID.test(text)],
  ['ip', (text) => IP4.test(text) || IP6.test(text)],
  ['date-text', (text) => DATE.test(text)],
  ['percent', (text) => PERCENT.test(text)],
  ['currency', (text) => CURRENCY.test(text)],
  ['phone', isPhone],
  ['number-text', (text) => NUMBER.test(text)],
  ['path', (text) => PATH.test(text)],
  ['vector', isVector],
];

/** A list of numbers: an embedding. */
function isVector(text: string): boolean {
  return /^\[\s*[-+\d.]/.test(text) && /^\[[-+\d.eE,\s]+\]$/.test(text) && text.includes(',');
}

/** Between 7 and 15 digits (ITU-T E.164), with a plus sign or something between them: a plain number is none. */
function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return digits >= 7 && digits <= 15 && /^\+|[ \-/()]/.test(text) && PHONE.test(text);
}

/**
 * What the texts of a column are about, told by their form: at least 90 % of up to 2,000 of them must have it. Where none
 * fits, by how many different ones there are: an id, a category or free text.
 */
export function semanticOfTexts(column: ColumnProfile, texts: readonly string[]): SemanticGuess {
  if (column.count === 0) return { semantic: null, share: null };
  if (column.distinct === 1) return { semantic: 'constant', share: 1 };
  if (column.distinct === 2 && isBooleanPair(column)) return { semantic: 'boolean-like', share: 1 };
  const every = Math.max(1, Math.floor(texts.length / MOST_VALUES));
  const looked: string[] = [];
  for (let index = 0; index < texts.length && looked.length < MOST_VALUES; index += every) {
    const text = (texts[index] as string).trim();
    if (text !== '') looked.push(text);
  }
  if (looked.length === 0) return { semantic: null, share: null };
  for (const [semantic, has] of forms) {
    // Ten misfits among the first twenty: another form.
    if (looked.slice(0, 20).filter(has).length < Math.min(20, looked.length) / 2) continue;
    const share = looked.filter(has).length / looked.length;
    if (share >= FEWEST_SHARE) return { semantic, share };
  }
  return { semantic: bySpread(column, looked), share: null };
}

function bySpread(column: ColumnProfile, looked: readonly string[]): SemanticType | null {
  const wordy = looked.filter((text) => text.includes(' ')).length / looked.length;
  if (column.distinct <= MOST_CATEGORIES && column.distinct < column.count / 2) return 'category';
  if (wordy > 0.5 && (column.textLength?.mean ?? 0) > 20) return 'text';
  if (column.count >= FEWEST_FOR_ID && column.distinct > 0.98 * column.count && wordy < 0.1) return 'id';
  if (column.distinct < column.count / 2) return 'category';
  return 'text';
}

const booleanPairs = [
  ['yes', 'no'],
  ['y', 'n'],
  ['true', 'false'],
  ['t', 'f'],
  ['on', 'off'],
  ['0', '1'],
  ['ja', 'nein'],
  ['oui', 'non'],
  ['si', 'no'],
].map((pair) => pair.toSorted().join('\n'));

function isBooleanPair({ topValues }: ColumnProfile): boolean {
  const pair = topValues.map(({ value }) => String(value).trim().toLowerCase());
  return booleanPairs.includes(pair.toSorted().join('\n'));
}

const LATITUDE = /(^|[^a-z])lat(itude)?($|[^a-z])/i;
const LONGITUDE = /(^|[^a-z])(lon|lng|long|longitude)($|[^a-z])/i;
const ID_NAME = /(^|[^a-z])(id|key|index|row(_?(number|id))?|nr|no)$|[a-z]Id$|^unnamed: 0$/i;
const PERCENT_NAME = /percent|pct|%|(^|[^a-z])share($|[^a-z])/i;
const MONEY_NAME = /price|cost|amount|revenue|salary|income|fare|fee|(^|_)(usd|eur|gbp)($|_)/i;
const YEAR_NAME = /year|jahr|année/i;

/** What the numbers of a column are about, told by its name together with their range. */
export function semanticOfNumbers(column: ColumnProfile, strictlyOrdered: boolean): SemanticType | null {
  const { name, count, distinct, min, max } = column;
  if (count === 0) return null;
  if (distinct === 1) return 'constant';
  if (typeof min !== 'number' || typeof max !== 'number') return null;
  if (column.type === 'integer') {
    if (distinct === 2 && min === 0 && max === 1) return 'boolean-like';
    const isUnique = count >= FEWEST_FOR_ID && distinct >= 0.98 * count;
    const isDense = max - min < 3 * count;
    if (isUnique && (ID_NAME.test(name) || (strictlyOrdered && isDense))) return 'id';
    if (YEAR_NAME.test(name) && min >= 1000 && max <= 3000) return 'year';
  }
  if (LATITUDE.test(name) && min >= -90 && max <= 90) return 'latitude';
  if (LONGITUDE.test(name) && min >= -180 && max <= 360) return 'longitude';
  if (PERCENT_NAME.test(name) && min >= 0 && max <= 100) return 'percent';
  return MONEY_NAME.test(name) ? 'currency' : null;
}
