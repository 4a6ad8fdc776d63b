import { InputError } from '../errors.ts';
import { quote } from './quote.ts';

/** JSON with objects as Maps: keys keep their order, `__proto__` is inert, and a key may not occur twice. */
export type Json = null | boolean | number | string | Json[] | Map<string, Json>;

const MAX_DEPTH = 8;
/** Short on purpose: a token has a bounded length, so matching takes bounded time and stack. */
const TOKEN = /([{}[\]:,])|(-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?)|(true|false|null)/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

interface Token {
  readonly mark?: string;
  readonly value?: string | number | boolean | null;
}

class JsonParser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parseAll(): Json {
    const value = this.#value(this.#next(), 0);
    this.#skipSpace();
    if (this.#position < this.#text.length) throw this.#error('the end of the JSON');
    return value;
  }

  #next(): Token {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#position) === QUOTE) return { value: this.#string() };
    TOKEN.lastIndex = this.#position;
    const match = TOKEN.exec(this.#text);
    if (!match) throw this.#error('valid JSON');
    this.#position = TOKEN.lastIndex;
    if (match[1] !== undefined) return { mark: match[1] };
    return { value: JSON.parse(match[0]) as number | boolean | null };
  }

  #skipSpace(): void {
    while (' \t\n\r'.includes(this.#text.charAt(this.#position) || '.')) this.#position++;
  }

  #string(): string {
    const start = this.#position;
    let end = start + 1;
    while (end < this.#text.length && this.#text.charCodeAt(end) !== QUOTE) {
      end += this.#text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    }
    try {
      const value = JSON.parse(this.#text.slice(start, end + 1)) as string;
      this.#position = end + 1;
      return value;
    } catch {
      throw this.#error('a JSON string');
    }
  }

  #value(token: Token, depth: number): Json {
    if (depth > MAX_DEPTH) throw this.#error(`JSON nested at most ${MAX_DEPTH} deep`);
    if (token.value !== undefined) return token.value;
    if (token.mark === '{') return this.#object(depth);
    if (token.mark === '[') return this.#array(depth);
    throw this.#error('a JSON value');
  }

  #object(depth: number): Map<string, Json> {
    const object = new Map<string, Json>();
    let token = this.#next();
    while (token.mark !== '}') {
      if (typeof token.value !== 'string') throw this.#error('a JSON key');
      if (object.has(token.value)) {
        throw new InputError(`expected every JSON key once, found ${quote(token.value)} twice`);
      }
      if (this.#next().mark !== ':') throw this.#error('":"');
      object.set(token.value, this.#value(this.#next(), depth + 1));
      token = this.#separator('}');
    }
    return object;
  }

  #array(depth: number): Json[] {
    const array: Json[] = [];
    let token = this.#next();
    while (token.mark !== ']') {
      array.push(this.#value(token, depth + 1));
      token = this.#separator(']');
    }
    return array;
  }

  /** After an element: the closing mark, or the token behind a comma, which must not be the closing mark. */
  #separator(close: string): Token {
    const token = this.#next();
    if (token.mark === close) return token;
    if (token.mark !== ',') throw this.#error(`"," or "${close}"`);
    const following = this.#next();
    if (following.mark === close) throw this.#error('an element after ","');
    return following;
  }

  #error(expected: string): InputError {
    const found = this.#text.slice(this.#position, this.#position + 20);
    return new InputError(
      `expected ${expected} at character ${this.#position}, found ${quote(found) || 'nothing'}`,
    );
  }
}

/**
 * Parses JSON.
 *
 * @throws {InputError} where it is not valid, repeats a key or is nested more than 8 deep.
 */
export function parseJson(text: string): Json {
  return new JsonParser(text).parseAll();
}
