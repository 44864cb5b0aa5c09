/** Everything that goes into an image, as far as it can be known beforehand. */
export interface TagInputs {
  readonly entries: readonly TagEntry[];
  readonly dockerfile: string;
  readonly target?: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  readonly platform?: string | undefined;
  /** what each image named by FROM and COPY --from is now: an image ID, or the ref itself while the daemon lacks it */
  readonly images: Readonly<Record<string, string>>;
}

interface TagEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  readonly mode: number;
  /** hash of a file's content, what a link says, empty for folders */
  readonly content: string;
}

/** Raised when the same inputs would give another image: the way of sending them changed. */
const FORMAT = 1;

/**
 * The tag of an image: `rp-` and 20 hex digits of a hash over its inputs, whatever their order. Pure.
 * @param sha256 of a text, in hex
 */
export function contentTag(inputs: TagInputs, sha256: (text: string) => string): string {
  const { dockerfile, target = null, platform = null } = inputs;
  const entries = inputs.entries.map(({ path, kind, mode, content }) =>
    JSON.stringify([path, kind, mode, content]),
  );
  const text = JSON.stringify([
    FORMAT,
    dockerfile,
    target,
    platform,
    sorted(inputs.args),
    sorted(inputs.images),
  ]);
  return `rp-${sha256([text, ...entries.sort()].join('\n')).slice(0, 20)}`;
}

function sorted(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
