import { IsocenterError } from '../../contract/errors.ts';

/** What a structure is made from: another structure by name, or an operation on structures. */
export type Expression =
  | { readonly kind: 'roi'; readonly name: string }
  | {
      readonly kind: 'call';
      readonly operation: string;
      readonly operands: readonly Expression[];
      /** mm, in the order written. */
      readonly lengths: readonly number[];
      /** `name=mm`. */
      readonly named: ReadonlyMap<string, number>;
    };

/** `NAME = expression`. */
export interface Recipe {
  readonly target: string;
  readonly expression: Expression;
  /** As written, for messages. */
  readonly text: string;
}

/** Structure names longer than this do not fit ROI Name (VR LO). */
const LONGEST_NAME = 64;

interface Token {
  readonly kind: 'name' | 'number' | 'sign';
  readonly text: string;
}

/**
 * Reads `PTV = margin(GTV, 5)`: a name, an equals sign, then a structure's name or an operation on structures, nested as deep as
 * need be. A name with spaces, brackets, commas or equals signs, or one that reads as a number, stands in double quotes. Lengths in mm.
 * @throws IsocenterError USAGE saying what is wrong where.
 */
export function parseRecipe(text: string): Recipe {
  const tokens = tokensOf(text);
  let next = 0;
  const wrong = (message: string): IsocenterError => new IsocenterError('USAGE', message, { object: `'${text}'` });
  const expect = (sign: string, where: string): void => {
    const token = tokens[next++];
    if (token?.kind !== 'sign' || token.text !== sign)
      throw wrong(`'${sign}' expected ${where}, not ${token === undefined ? 'the end' : `'${token.text}'`}`);
  };
  const is = (sign: string): boolean => tokens[next]?.kind === 'sign' && tokens[next].text === sign;
  const name = (what: string): string => {
    const token = tokens[next++];
    if (token?.kind !== 'name')
      throw wrong(`${what} expected, not ${token === undefined ? 'the end' : `'${token.text}'`}`);
    return token.text;
  };
  const expression = (): Expression => {
    const word = name('a structure or an operation');
    return is('(') ? call(word) : { kind: 'roi', name: word };
  };
  const call = (operation: string): Expression => {
    const operands: Expression[] = [];
    const lengths: number[] = [];
    const named = new Map<string, number>();
    const where = `in ${operation}(…)`;
    expect('(', where);
    while (!is(')')) {
      if (operands.length + lengths.length + named.size > 0) expect(',', where);
      const token = tokens[next];
      const after = tokens[next + 1];
      if (token?.kind === 'number') {
        lengths.push(Number(token.text));
        next++;
      } else if (after?.kind === 'sign' && after.text === '=') {
        const key = name('a direction');
        next++;
        const value = tokens[next++];
        if (value?.kind !== 'number') throw wrong(`a length in mm expected after '${key}=' ${where}`);
        if (named.has(key)) throw wrong(`'${key}' is given twice ${where}`);
        named.set(key, Number(value.text));
      } else operands.push(expression());
    }
    next++;
    return { kind: 'call', operation, operands, lengths, named };
  };
  const target = name('the name of the new structure');
  if (target.length > LONGEST_NAME)
    throw wrong(`the name of the new structure is longer than ${LONGEST_NAME} characters`);
  expect('=', `after '${target}'`);
  const made = expression();
  if (next < tokens.length)
    throw wrong(`'${tokens[next].text}' is left over; a name with spaces stands in double quotes`);
  return { target, expression: made, text };
}

/** An expression as `parseRecipe` reads it; names that need it stand in quotes. @throws IsocenterError USAGE for a name with a quote in it. */
export function recipeText(expression: Expression): string {
  if (expression.kind === 'roi') return quotedName(expression.name);
  const parts = [
    ...expression.operands.map(recipeText),
    ...expression.lengths.map(String),
    ...[...expression.named].map(([key, mm]) => `${key}=${mm}`),
  ];
  return `${expression.operation}(${parts.join(', ')})`;
}

/** The expression with a structure under another name. */
export const renamedIn = (expression: Expression, from: string, to: string): Expression =>
  expression.kind === 'roi'
    ? { kind: 'roi', name: expression.name === from ? to : expression.name }
    : { ...expression, operands: expression.operands.map((operand) => renamedIn(operand, from, to)) };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** A structure's name as recipes have it. @throws IsocenterError USAGE for one that recipes cannot name. */
export function quotedName(name: string): string {
  if (name.includes('"'))
    throw new IsocenterError('USAGE', 'a name with a double quote cannot stand in a recipe', { object: name });
  return /[\s(),=]/.test(name) || NUMBER.test(name) ? `"${name}"` : name;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:"([^"]+)"|([(),=])|([^\s"(),=]+))/y;
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null)
      throw new IsocenterError('USAGE', `cannot read on at ${text.slice(at).trim()}`, { object: `'${text}'` });
    const [, quoted, sign, word] = match;
    if (quoted !== undefined) tokens.push({ kind: 'name', text: quoted });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: NUMBER.test(word) ? 'number' : 'name', text: word });
  }
  return tokens;
}
