import { type Context, type Liquid, Tag, type TagToken, type TopLevelToken, Value } from 'liquidjs';

/**
 * `{% assign %}` that minds unknown variables. Liquid's own takes them for nothing, as `if` does, and a typo would go
 * unseen. A class because Liquid's tags are.
 */
export class StrictAssign extends Tag {
  readonly #key: string;
  readonly #value: Value;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid) {
    super(token, remaining, liquid);
    const { tokenizer } = token;
    this.#key = tokenizer.readIdentifier().content;
    tokenizer.assert(this.#key, 'expected a variable name');
    tokenizer.skipBlank();
    tokenizer.assert(tokenizer.peek() === '=', 'expected "=" after the variable name');
    tokenizer.advance();
    this.#value = new Value(tokenizer.readFilteredValue(), liquid);
  }

  override *render(context: Context): Generator<unknown, void, unknown> {
    const scope = context.bottom() as Record<string, unknown>;
    scope[this.#key] = yield this.#value.value(context, false);
  }
}
