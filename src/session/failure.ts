import { z } from 'zod';

/** Where in the user's sources something is wrong. `line` and `column` count from 1. */
export const SourcePlace = z
  .object({
    file: z.string().describe('path, relative to the project where it lies inside it'),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
  })
  .describe('Where in the sources something is wrong; lines and columns count from 1');
export type SourcePlace = z.infer<typeof SourcePlace>;

/**
 * Places of a manifest by what is written there: `image:web`, `resources:web`, `readiness:web` (of the container web),
 * `ConfigMap:settings` (where it is named), `volume:data`, `targetPort:80`; `` is the object itself.
 */
export const Places = z.record(z.string(), SourcePlace);
export type Places = z.infer<typeof Places>;

/**
 * An expected error, as data: the one shape for events, screens, JSON output and exit codes.
 * `code` is stable and upper case (docs/failures.md lists them); `message` is one or two plain
 * sentences; `hint` says what to do; `output` holds the last lines that matter.
 */
export const Failure = z.object({
  code: z.string(),
  subject: z
    .string()
    .describe('what failed: image/shop/web, Deployment/default/web, forward/service/web:80, config'),
  message: z.string(),
  hint: z.string().optional(),
  command: z.string().optional().describe('a command that can be pasted into a shell'),
  output: z.string().optional(),
  at: SourcePlace.optional(),
});
export type Failure = z.infer<typeof Failure>;

/** Failures whose reason may pass without a save: they are tried again by themselves. */
const PASSING = new Set([
  'CLUSTER_LOST',
  'DELETE_STUCK',
  'DOCKER_UNREACHABLE',
  'NAMESPACE_MISSING',
  'NAMESPACE_TERMINATING',
  'PORT_TAKEN',
  'WATCH_LIMIT',
  'WEBHOOK_FAILED',
]);

/** Whether a failure may pass by itself. */
export function mayPass({ code }: Failure): boolean {
  return PASSING.has(code);
}

/** An error that carries failures. Anything else that is thrown is a bug and is shown as one. */
export class RockpoolError extends Error {
  readonly failures: readonly Failure[];
  readonly exitCode: number;

  /** @param exitCode what the process ends with when this reaches the top: 1 failed, 2 usage or config, 3 refused */
  constructor(failures: Failure | readonly Failure[], options: { exitCode?: number; cause?: unknown } = {}) {
    const list = Array.isArray(failures) ? (failures as readonly Failure[]) : [failures as Failure];
    super(list.map((f) => f.message).join('\n'), { cause: options.cause });
    this.name = 'RockpoolError';
    this.failures = list;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The failures an error stands for: its own when it carries some, else one of code INTERNAL. */
export function toFailures(error: unknown, subject: string): readonly Failure[] {
  if (error instanceof RockpoolError) return error.failures;
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: 'INTERNAL', subject, message, hint: 'This is a bug in rockpool: please report it.' }];
}

/** `file:line:column`, as far as it is known. */
export function formatPlace(place: SourcePlace): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}
