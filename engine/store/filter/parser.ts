import type {
  CompareOperator,
  Condition,
  FieldRef,
  Filter,
  HistoryFunction,
  Literal,
  SortKey,
} from './ast.ts';
import { type Token, tokenize } from './lexer.ts';
import { syntaxError } from './syntax-error.ts';
import { wordsOf } from './words.ts';

/** SQLite nests expressions at most 1,000 deep; a chain of conditions nests as deep as it is long. */
const maxConditions = 500;
const maxBrackets = 50;
const maxListValues = 5000;
/** Newest points that slope looks at: reading more for each of many runs would take too long. */
const slopePoints = { byDefault: 50, most: 100 };

const operators: Record<string, CompareOperator> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const keywords = new Set('and or not in like ilike is null between true false order by asc desc'.split(' '));

const expectedOperator = 'an operator: =, !=, <, <=, >, >=, like, ilike, in, between, is null';
const expectedField = "a field, such as name, metrics.auc, params.`a b` or tags.team; or 'not'; or a bracket";

const historyFunctions: Record<string, HistoryFunction['name'] | 'last'> = {
  min: 'min',
  max: 'max',
  first: 'first',
  last: 'last',
  count: 'count',
  slope: 'slope',
};

function shown(token: Token): string {
  return token.kind === 'end' ? 'the end of the text' : `"${token.text}"`;
}

class Parser {
  #tokens: Token[];
  #position = 0;
  #conditions = 0;
  #brackets = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  filter(): Filter {
    const condition = this.#isKeyword('order') || this.#next().kind === 'end' ? null : this.#either();
    const orderBy = this.#keyword('order') ? this.#orderBy() : [];
    this.#end(orderBy.length > 0 ? "',' or the end" : "'and', 'or', 'order by' or the end");
    return { condition, orderBy };
  }

  /** name, -metrics.auc */
  sortList(): SortKey[] {
    const keys = this.#list(() => {
      const descending = this.#symbol('-');
      if (!descending) this.#symbol('+');
      return { field: this.#field('a field to sort by'), descending };
    });
    this.#end("',' or the end");
    return keys;
  }

  fieldList(): FieldRef[] {
    const fields = this.#list(() => {
      const field = this.#field('a field');
      if (field.of === undefined) return field;
      throw syntaxError(field.at, `"${field.text}"`, 'a field; metrics come with their min, max and count');
    });
    this.#end("',' or the end");
    return fields;
  }

  #either(): Condition {
    const parts = [this.#both()];
    while (this.#keyword('or')) parts.push(this.#both());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'or', parts };
  }

  #both(): Condition {
    const parts = [this.#negatable()];
    while (this.#keyword('and')) parts.push(this.#negatable());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'and', parts };
  }

  #negatable(): Condition {
    let negations = 0;
    while (this.#keyword('not')) negations += 1;
    const part = this.#bracketed();
    return negations % 2 === 1 ? { kind: 'not', part } : part;
  }

  #bracketed(): Condition {
    const { at } = this.#next();
    if (!this.#symbol('(')) return this.#predicate();
    this.#brackets += 1;
    if (this.#brackets > maxBrackets) {
      throw syntaxError(at, 'one more bracket', `at most ${maxBrackets} brackets within each other`);
    }
    const condition = this.#either();
    this.#require(')', "'and', 'or' or ')'");
    this.#brackets -= 1;
    return condition;
  }

  #predicate(): Condition {
    this.#conditions += 1;
    if (this.#conditions > maxConditions) {
      throw syntaxError(
        this.#next().at,
        'one more condition',
        `at most ${maxConditions} conditions; use in (…) for lists`,
      );
    }
    if (this.#next().kind === 'string') return this.#text();
    const field = this.#field(expectedField);
    const token = this.#next();
    if (this.#symbol('~')) {
      if (field.family === null && field.key === 'text') return this.#text();
      throw syntaxError(token.at, '"~"', `${expectedOperator}; full text is searched by text ~ 'words'`);
    }
    if (token.kind === 'symbol' && operators[token.text] !== undefined) {
      this.#position += 1;
      return {
        kind: 'compare',
        field,
        operator: operators[token.text] as CompareOperator,
        value: this.#literal(),
      };
    }
    if (this.#keyword('is')) {
      const negated = this.#keyword('not');
      if (!this.#keyword('null'))
        throw syntaxError(this.#next().at, shown(this.#next()), negated ? "'null'" : "'null' or 'not null'");
      return { kind: 'null', field, negated };
    }
    const negated = this.#keyword('not');
    if (this.#keyword('like')) return this.#like(field, false, negated);
    if (this.#keyword('ilike')) return this.#like(field, true, negated);
    if (this.#keyword('in')) return { kind: 'in', field, values: this.#values(), negated };
    if (this.#keyword('between')) {
      const low = this.#literal();
      if (!this.#keyword('and')) throw syntaxError(this.#next().at, shown(this.#next()), "'and'");
      return { kind: 'between', field, low, high: this.#literal(), negated };
    }
    const found = this.#next();
    throw syntaxError(
      found.at,
      shown(found),
      negated ? "'like', 'ilike', 'in' or 'between'" : expectedOperator,
    );
  }

  /** 'some words' */
  #text(): Condition {
    const token = this.#next();
    if (token.kind !== 'string') throw syntaxError(token.at, shown(token), "words in quotes: 'late flights'");
    this.#position += 1;
    const words = wordsOf(token.value);
    if (words.length === 0) throw syntaxError(token.at, shown(token), 'a word: letters or digits');
    return { kind: 'text', words, at: token.at };
  }

  #like(field: FieldRef, ignoreCase: boolean, negated: boolean): Condition {
    const token = this.#next();
    if (token.kind !== 'string') {
      throw syntaxError(token.at, shown(token), "a pattern in quotes: 'a%' (% any text, _ one character)");
    }
    this.#position += 1;
    return { kind: 'like', field, pattern: token.value, ignoreCase, negated, at: token.at };
  }

  #values(): Literal[] {
    this.#require('(', "'(' and the values");
    const values = this.#list(() => this.#literal());
    if (values.length > maxListValues) {
      const extra = values[maxListValues] as Literal;
      throw syntaxError(extra.at, `${values.length} values`, `at most ${maxListValues}`);
    }
    this.#require(')', "',' or ')'");
    return values;
  }

  #orderBy(): SortKey[] {
    if (!this.#keyword('by')) throw syntaxError(this.#next().at, shown(this.#next()), "'by'");
    return this.#list(() => {
      const field = this.#field('a field to sort by');
      const descending = this.#keyword('desc');
      if (!descending) this.#keyword('asc');
      return { field, descending };
    });
  }

  #literal(): Literal {
    const token = this.#next();
    this.#position += 1;
    if (token.kind === 'number' || token.kind === 'string') {
      return token.kind === 'number'
        ? { kind: 'number', value: token.value, at: token.at }
        : { kind: 'string', value: token.value, at: token.at };
    }
    const word = token.kind === 'word' && !token.quoted ? token.text.toLowerCase() : '';
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true', at: token.at };
    const hint = token.kind === 'word' ? ` (texts need quotes: '${token.text}')` : '';
    throw syntaxError(token.at, shown(token), `a value: a number, a text in quotes, true or false${hint}`);
  }

  #field(expected: string): FieldRef {
    const token = this.#next();
    const after = this.#tokens[this.#position + 1];
    if (token.kind === 'word' && !token.quoted && after?.kind === 'symbol' && after.text === '(') {
      const name = historyFunctions[token.text.toLowerCase()];
      if (name !== undefined) return this.#historyOf(token, name);
    }
    if (token.kind !== 'word' || (!token.quoted && keywords.has(token.text.toLowerCase()))) {
      throw syntaxError(token.at, shown(token), expected);
    }
    this.#position += 1;
    if (token.key !== null) {
      return { family: token.text, key: token.key, text: `${token.text}.${token.key}`, at: token.at };
    }
    const dot = token.quoted ? -1 : token.text.indexOf('.');
    if (dot < 0) return { family: null, key: token.text, text: token.text, at: token.at };
    const key = token.text.slice(dot + 1);
    if (key === '') {
      throw syntaxError(token.at + dot + 1, shown(this.#next()), `a key after "${token.text}"`);
    }
    return { family: token.text.slice(0, dot), key, text: token.text, at: token.at };
  }

  /** min(metrics.loss), slope(metrics.loss, last 20) */
  #historyOf(token: Token, name: HistoryFunction['name'] | 'last'): FieldRef {
    this.#position += 2;
    const field = this.#field('a metric, such as metrics.loss');
    if (field.family === null || field.of !== undefined) {
      throw syntaxError(field.at, `"${field.text}"`, 'a metric, such as metrics.loss');
    }
    const last = name === 'slope' && this.#symbol(',') ? this.#slopePoints() : slopePoints.byDefault;
    this.#require(')', name === 'slope' ? "')' or ', last 20'" : "')'");
    const { family, key } = field;
    const text = `${name}(${field.text})`;
    const plain = { family, key, text, at: token.at };
    return name === 'last' ? plain : { ...plain, of: { name, last } };
  }

  #slopePoints(): number {
    const expected = `'last' and a number from 2 to ${slopePoints.most}`;
    if (!this.#keyword('last')) throw syntaxError(this.#next().at, shown(this.#next()), expected);
    const token = this.#next();
    const points = token.kind === 'number' ? token.value : Number.NaN;
    if (!Number.isInteger(points) || points < 2 || points > slopePoints.most) {
      throw syntaxError(token.at, shown(token), expected);
    }
    this.#position += 1;
    return points;
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#symbol(',')) items.push(item());
    return items;
  }

  #next(): Token {
    // The last token is always the end, and nothing consumes it.
    return this.#tokens[Math.min(this.#position, this.#tokens.length - 1)] as Token;
  }

  #isKeyword(word: string): boolean {
    const token = this.#next();
    return token.kind === 'word' && !token.quoted && token.text.toLowerCase() === word;
  }

  #keyword(word: string): boolean {
    const found = this.#isKeyword(word);
    if (found) this.#position += 1;
    return found;
  }

  #symbol(text: string): boolean {
    const token = this.#next();
    const found = token.kind === 'symbol' && token.text === text;
    if (found) this.#position += 1;
    return found;
  }

  #require(text: string, expected: string): void {
    const token = this.#next();
    if (!this.#symbol(text)) throw syntaxError(token.at, shown(token), expected);
  }

  #end(expected: string): void {
    const token = this.#next();
    if (token.kind !== 'end') throw syntaxError(token.at, shown(token), expected);
  }
}

/** Parses a filter; an empty text is a filter that everything passes. Throws request/bad-filter. */
export function parseFilter(text: string): Filter {
  return new Parser(text).filter();
}

/** Parses `-metrics.auc,name`. Throws request/bad-filter. */
export function parseSort(text: string): SortKey[] {
  return new Parser(text).sortList();
}

/** Parses `name,metrics.auc,params.*`. Throws request/bad-filter. */
export function parseFieldList(text: string): FieldRef[] {
  return new Parser(text).fieldList();
}
