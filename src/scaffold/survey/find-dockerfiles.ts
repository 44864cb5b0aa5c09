import { posix } from 'node:path';
import { parseDockerfile } from '../../build/dockerfile.ts';
import type { LeftOut } from '../proposal.ts';
import type { FoundDockerfile, FoundText } from './survey.ts';

/** `Dockerfile`, `Dockerfile.dev`, `Dockerfile-web`, `web.Dockerfile`, and the same with Containerfile. */
const NAME = /^(?:(?<stem>.+)\.)?(?:docker|container)file(?:[._-](?<variant>.+))?$/i;
/** Of their variants those that something else is made of. */
const NO_DOCKERFILE =
  /(?:\.(?:dockerignore|md|txt|j2|jinja2?|tmpl|tpl|template|erb|in|bak|orig|swp|rej|ya?ml|json|sh|py)|~)$/i;

/** Whether a file is called as Dockerfiles are. Pure. */
export function isDockerfileName(path: string): boolean {
  const name = posix.basename(path);
  return NAME.test(name) && !NO_DOCKERFILE.test(name);
}

/** What a Dockerfile's name says it is for: `web` of `web.Dockerfile` and of `Dockerfile.web`; undefined for a plain one. Pure. */
export function dockerfileStem(path: string): string | undefined {
  const { stem, variant } = NAME.exec(posix.basename(path))?.groups ?? {};
  return stem ?? variant;
}

/** Pure. */
export function readDockerfile({ path, source }: FoundText): {
  found?: FoundDockerfile;
  leftOut: readonly LeftOut[];
} {
  const parsed = parseDockerfile(source, {}, 'linux/amd64');
  const [problem] = parsed.problems;
  if (!problem || parsed.stages.length > 0) return { found: { path, source, parsed }, leftOut: [] };
  const place = problem.line === undefined ? path : `${path}:${problem.line}`;
  return { leftOut: [`${place}: ${problem.message}`] };
}
