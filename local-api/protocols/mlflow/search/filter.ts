import { invalidParameter } from '../errors.ts';
import { type Token, tokensOf } from './lexer.ts';

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'RLIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

export type FilterValue = { kind: 'number'; value: number } | { kind: 'string'; value: string };

/** One condition of a filter. `entity` is null for a bare name. */
export type Comparison = {
  entity: string | null;
  key: string;
  operator: Operator;
  /** None for IS NULL, several for IN, else one. */
  values: FilterValue[];
  text: string;
  at: number;
};

/** Throws INVALID_PARAMETER_VALUE. */
export function badFilter(message: string): never {
  throw invalidParameter(`Invalid filter: ${message}`);
}

/**
 * Reads a filter of MLflow: comparisons joined by AND, nothing else. An absent or empty filter has none; one of blanks only
 * is refused, as there. Throws INVALID_PARAMETER_VALUE.
 */
export function parseMlflowFilter(filter: string | undefined): Comparison[] {
  if (filter === undefined || filter === '') return [];
  const tokens = tokensOf(filter);
  if (tokens.length === 0) badFilter('it holds blanks only.');
  const reader = new Reader(tokens, filter);
  const comparisons = [reader.comparison()];
  while (!reader.atEnd()) {
    if (!reader.takeWord('AND')) {
      badFilter(
        `expected AND or the end at offset ${reader.at()}. OR, NOT and brackets are not part of this language.`,
      );
    }
    comparisons.push(reader.comparison());
  }
  return comparisons;
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #filter: string;
  #next = 0;

  constructor(tokens: readonly Token[], filter: string) {
    this.#tokens = tokens;
    this.#filter = filter;
  }

  atEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  at(): number {
    return this.#tokens[this.#next]?.at ?? this.#filter.length;
  }

  takeWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    const isIt = token?.kind === 'name' && token.quote === null && token.text.toUpperCase() === word;
    if (isIt) this.#next += 1;
    return isIt;
  }

  comparison(): Comparison {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'name') badFilter(`expected a name such as metrics.accuracy at offset ${this.at()}.`);
    this.#next += 1;
    const [head = '', tail] = token.parts;
    const [entity, key] = tail === undefined ? [null, head] : [head, tail];
    const operator = this.#operator();
    const values = this.#values(operator);
    return { entity, key, operator, values, text: token.text, at: token.at };
  }

  #operator(): Operator {
    const token = this.#tokens[this.#next];
    if (token?.kind === 'symbol' && /^(?:[<>]=?|!?=)$/.test(token.text)) {
      this.#next += 1;
      return token.text as '=' | '!=' | '<' | '<=' | '>' | '>=';
    }
    for (const word of ['LIKE', 'ILIKE', 'RLIKE', 'IN'] as const) if (this.takeWord(word)) return word;
    if (this.takeWord('NOT')) {
      if (this.takeWord('IN')) return 'NOT IN';
    } else if (this.takeWord('IS')) {
      const isNegated = this.takeWord('NOT');
      if (this.takeWord('NULL')) return isNegated ? 'IS NOT NULL' : 'IS NULL';
    }
    return badFilter(`expected a comparison such as = or LIKE at offset ${this.at()}.`);
  }

  #values(operator: Operator): FilterValue[] {
    if (operator === 'IS NULL' || operator === 'IS NOT NULL') return [];
    if (operator !== 'IN' && operator !== 'NOT IN') return [this.#value()];
    this.#symbol('(');
    const values = [this.#value()];
    while (this.#isSymbol(',')) {
      this.#next += 1;
      values.push(this.#value());
    }
    this.#symbol(')');
    return values;
  }

  #isSymbol(text: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'symbol' && token.text === text;
  }

  #symbol(text: string): void {
    if (!this.#isSymbol(text)) badFilter(`expected "${text}" at offset ${this.at()}.`);
    this.#next += 1;
  }

  #value(): FilterValue {
    const token = this.#tokens[this.#next];
    const at = this.at();
    this.#next += 1;
    if (token?.kind === 'number') return { kind: 'number', value: token.value };
    if (token?.kind === 'string') return { kind: 'string', value: token.value };
    if (token?.kind === 'name' && token.quote === '"') return { kind: 'string', value: token.parts[0] ?? '' };
    return badFilter(`expected a number, or a text in single or double quotes, at offset ${at}.`);
  }
}
