/** podman's texts (buildah 1.28) and BuildKit's for the same, which are explained. `$1` is what they are about. */
const WORDS: readonly (readonly [podman: RegExp, buildkit: string])[] = [
  [/^while running runtime: exit status (\d+)$/, 'the command did not complete successfully: exit code: $1'],
  [
    /^checking on sources under ".*": copier: stat: "(.+)": no such file or directory$/,
    'failed to calculate checksum of ref: "$1": not found',
  ],
  [/^The target "(.+)" was not found in the provided Dockerfile$/, 'target stage "$1" could not be found'],
  [
    /^creating build container: (?:initializing|reading|copying) .*?docker:\/\/(\S+): (.*)$/s,
    'resolve source metadata for $1: $2',
  ],
  [/^(Build error: Unknown instruction: ".*?") &imagebuilder\b.*$/s, '$1'],
];

/** What `podman build` says after `Error: `, in BuildKit's words where these differ. Pure. */
export function inBuildKitWords(said: string): string {
  const text = said.replace(/^building at STEP ".*?": /, '');
  const [podman, buildkit] = WORDS.find(([pattern]) => pattern.test(text)) ?? [];
  return podman && buildkit !== undefined ? text.replace(podman, buildkit) : text;
}
