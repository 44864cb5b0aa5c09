import { LiquidError, type Token, UndefinedVariableError } from 'liquidjs';
import type { Failure } from '../session/failure.ts';
import { didYouMean } from '../session/nearest-names.ts';
import { sourceExcerpt } from './source-excerpt.ts';

export interface LiquidNames {
  readonly variables: readonly string[];
  readonly filters: readonly string[];
  readonly tags: readonly string[];
}

/** An error of Liquid in words, with its place and the source around it; undefined for any other error. */
export function liquidFailure(
  error: unknown,
  names: LiquidNames,
  nameFile: (token: Token) => string,
): Failure | undefined {
  if (!LiquidError.is(error)) return undefined;
  const { token } = error;
  const file = nameFile(token);
  const { message, hint, within = '' } = explain(error, names);
  const { line, column } = placeOf(token, within);
  return {
    code: 'TEMPLATE_INVALID',
    subject: `template/${file}`,
    message,
    ...(hint === undefined ? {} : { hint }),
    output: sourceExcerpt(token.input, line, column),
    at: { file, line, column },
  };
}

interface Explained {
  readonly message: string;
  readonly hint?: string | undefined;
  /** text inside the token that the place is of, when the token is larger */
  readonly within?: string;
}

function explain(error: LiquidError, names: LiquidNames): Explained {
  const plain =
    error.originalError?.message ?? error.message.replace(/, (file:.*, )?line:\d+, col:\d+$/s, '');
  if (error instanceof UndefinedVariableError)
    return explainVariable(plain.replace(/^undefined variable: /, ''), names);
  const filter = /^undefined filter: (.*)$/.exec(plain)?.[1];
  if (filter !== undefined) {
    return { message: `unknown filter "${filter}"`, hint: didYouMean(filter, names.filters), within: filter };
  }
  const tag = /^tag "(.*)" not found$/.exec(plain)?.[1];
  if (tag?.startsWith('end'))
    return { message: `{% ${tag} %} closes nothing`, hint: 'its opening tag is missing' };
  if (tag !== undefined) return { message: `unknown tag "${tag}"`, hint: didYouMean(tag, names.tags) };
  const partial = /^ENOENT: Failed to lookup "(.*?)"/.exec(plain)?.[1];
  if (partial !== undefined) {
    return {
      message: `there is no partial "${partial}"`,
      hint: 'partials lie beside the template or are named from the project folder, `labels` being labels.liquid; none is read from outside the project',
    };
  }
  return { message: plain.replace(/^(tag|output) (".*?"|\{.*?\}) not closed$/s, '$2 is not closed') };
}

function explainVariable(variable: string, names: LiquidNames): Explained {
  const message = `unknown variable "${variable}"`;
  const key = /^env\.([^.]+)$/.exec(variable)?.[1];
  if (key !== undefined) {
    const near = didYouMean(variable, names.variables);
    return {
      message: `the environment variable ${key} is not set`,
      hint: near ?? `set ${key} in .env or in the environment, or write {{ ${variable} | default: "…" }}`,
    };
  }
  const image = /^images\.(.+)$/.exec(variable)?.[1];
  if (image !== undefined) return { message, hint: imageHint(image, names.variables) };
  const near = didYouMean(variable, names.variables) ?? didYouMean(`values.${variable}`, names.variables);
  return {
    message,
    hint:
      near ??
      `known: name, namespace, values, env, images, git; for an optional one write {{ ${variable} | default: "…" }}`,
  };
}

/** An image's name mostly has a slash, which needs brackets. */
function imageHint(image: string, variables: readonly string[]): string {
  const known = variables
    .filter((name) => name.startsWith('images.'))
    .map((name) => name.slice('images.'.length));
  const wanted = known.find((name) => name.endsWith(`/${image}`) || name.startsWith(`${image}/`));
  const near = wanted ?? /"(.*)"/.exec(didYouMean(image, known) ?? '')?.[1];
  if (near !== undefined) return `did you mean images["${near}"].ref?`;
  return known.length === 0 ? 'rockpool.yaml names no images' : `images of this project: ${known.join(', ')}`;
}

function placeOf(token: Token, within: string): { line: number; column: number } {
  const found = within === '' ? -1 : token.input.indexOf(within, token.begin);
  const offset = found >= 0 && found < token.end ? found : token.begin;
  const before = token.input.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
