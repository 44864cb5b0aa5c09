import type { SourcePlace } from '../session/failure.ts';
import { nearestNames } from '../session/nearest-names.ts';
import type { FailedBuild } from './build-failure.ts';

export interface FailureExplanation {
  readonly message: string;
  readonly hint?: string;
  /** in the Dockerfile */
  readonly line?: number;
  /** when it is in another file */
  readonly at?: SourcePlace;
}

type Rule = readonly [
  pattern: RegExp,
  explain: (groups: readonly string[], build: FailedBuild) => FailureExplanation,
];

const INSTRUCTIONS =
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  );

/** BuildKit's and the registries' texts, most telling first (tried on Docker 28.5). */
const RULES: readonly Rule[] = [
  [/no space left on device/, noSpace],
  [/did not complete successfully: exit code: (\d+)/, exited],
  [/dockerfile parse error on line (\d+): unknown instruction: (\S+)/, unknownInstruction],
  [/dockerfile parse error on line (\d+): (.*)/s, parseError],
  [/failed to calculate checksum of ref .*?: "\/?(.*?)": not found/, notInContext],
  [/target stage "?(.*?)"? could not be found/, noTarget],
  [/resolve source metadata for (\S+?): (.*)/s, noBase],
  [/lstat (\S+): no such file or directory/, notInStage],
];

/** BuildKit's error text in words that say what to do. Pure; a text it does not know is passed on. */
export function explainBuildError(build: FailedBuild): FailureExplanation {
  for (const [pattern, explain] of RULES) {
    const found = pattern.exec(build.error);
    if (found) return explain(found.slice(1), build);
  }
  const text = build.error.replace(/^failed to solve: /, '');
  return { message: `${stepOf(build)}: ${text}${/[.!?]$/.test(text) ? '' : '.'}`, hint: SAVE };
}

function stepOf({ broken, dockerfile }: FailedBuild): string {
  return broken?.step?.text ?? dockerfile;
}

function exited([code = '']: readonly string[], build: FailedBuild): FailureExplanation {
  const message = `${stepOf(build)} ended with exit code ${code}.`;
  if (code === '137') return { message, hint: 'It was killed: the cluster’s node may be out of memory.' };
  return { message, hint: code === '127' ? 'A command in it is not in the image.' : SAVE };
}

const SAVE = 'Mend what its output says, and save: it is built again. Until then the version before serves.';

function noSpace(): FailureExplanation {
  return {
    message: 'The daemon that builds has no space left on its disk.',
    hint: 'See what takes it with `docker system df` in that daemon (after eval $(minikube docker-env)), and remove what you can spare.',
  };
}

function unknownInstruction([line = '', word = '']: readonly string[]): FailureExplanation {
  const [meant = sameLetters(word)] = nearestNames(word, INSTRUCTIONS);
  return {
    message: `There is no Dockerfile instruction ${word}.`,
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
    line: Number(line),
  };
}

/** RNU for RUN */
function sameLetters(word: string): string | undefined {
  const letters = (text: string) => [...text.toUpperCase()].sort().join('');
  return INSTRUCTIONS.find((known) => letters(known) === letters(word));
}

function parseError([line = '', text = '']: readonly string[]): FailureExplanation {
  return { message: `The Dockerfile cannot be read: ${text.trim()}.`, line: Number(line) };
}

function notInContext([path = '']: readonly string[], build: FailedBuild): FailureExplanation {
  const [, from] = /^\w+ (?:.* )?--from=(\S+)/.exec(stepOf(build)) ?? [];
  if (from !== undefined) return { message: `${stepOf(build)}: there is no /${path} in ${from}.` };
  const message = `${stepOf(build)}: there is no ${path} in the build context ${build.context}.`;
  const line = build.ignore.lineFor(path);
  if (line !== undefined && build.ignoreFile !== undefined) {
    return { message, hint: `${build.ignoreFile}:${line} leaves it out.` };
  }
  if (build.ignore.ignores(path))
    return { message, hint: 'The image’s `ignore` in rockpool.yaml leaves it out.' };
  const [meant] = nearestNames(path, build.paths);
  const base = `Paths of COPY and ADD are relative to ${build.context}.`;
  return { message, hint: meant === undefined ? base : `Did you mean ${meant}? ${base}` };
}

function notInStage([path = '']: readonly string[], build: FailedBuild): FailureExplanation {
  return { message: `${stepOf(build)}: there is no ${path} where it is copied from.` };
}

function noTarget([target = '']: readonly string[], { parsed, dockerfile }: FailedBuild): FailureExplanation {
  const names = parsed.stages.flatMap(({ name }) => name ?? []);
  const [meant] = nearestNames(target, names);
  const stages = names.length === 0 ? 'Its stages have no names.' : `Its stages are ${names.join(', ')}.`;
  return {
    message: `${dockerfile} has no stage ${target}.`,
    hint: meant === undefined ? stages : `Did you mean ${meant}? ${stages}`,
  };
}

function noBase([name = '', reason = '']: readonly string[], build: FailedBuild): FailureExplanation {
  const image = name.replace(/^docker\.io\/(library\/)?/, '');
  const [meant] = nearestNames(image.replace(/:[^/:]*$/, ''), build.images);
  const message = `The image ${image} is not in the daemon, and cannot be pulled: ${lastReason(reason)}.`;
  if (meant !== undefined) return { message, hint: `Did you mean ${meant}, an image of this project?` };
  if (/no such host|dial tcp|i\/o timeout|network is unreachable/.test(reason)) {
    return {
      message,
      hint: 'The daemon cannot reach the registry: is there a network? Or load the image into the daemon.',
    };
  }
  return {
    message,
    hint: 'Is its name right? A private image takes a login: docker login, or pull it into the daemon.',
  };
}

function lastReason(reason: string): string {
  return reason.replace(/^failed to do request: \w+ "[^"]*": /, '').trim();
}
