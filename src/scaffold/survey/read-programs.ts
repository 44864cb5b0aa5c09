import { posix } from 'node:path';
import { asMap, asText } from './loose-values.ts';
import { readYaml } from './read-yaml.ts';
import type { FoundProgram, FoundText } from './survey.ts';

interface Marker {
  readonly file: RegExp;
  readonly language: string;
  readonly nameIn?: (source: string) => string | undefined;
}

const match = (pattern: RegExp) => (source: string) => pattern.exec(source)?.[1];

/** Files that say which language a folder's program is in, the most telling first. */
const MARKERS: readonly Marker[] = [
  {
    file: /^package\.json$/,
    language: 'Node.js',
    nameIn: (source) => asText(asMap(readYaml(source).value)['name']),
  },
  { file: /^go\.mod$/, language: 'Go', nameIn: match(/^module\s+(?:\S*\/)?([\w.-]+?)(?:\/v\d+)?\s*$/m) },
  { file: /^Cargo\.toml$/, language: 'Rust', nameIn: match(/^\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms) },
  {
    file: /^pyproject\.toml$/,
    language: 'Python',
    nameIn: match(/^\[(?:project|tool\.poetry)\][^[]*?^name\s*=\s*"([^"]+)"/ms),
  },
  { file: /^(?:requirements\.txt|setup\.py|Pipfile)$/, language: 'Python' },
  { file: /^pom\.xml$/, language: 'Java' },
  { file: /^build\.gradle(?:\.kts)?$/, language: 'Java' },
  { file: /\.csproj$/, language: '.NET' },
  { file: /^Gemfile$/, language: 'Ruby' },
  { file: /^composer\.json$/, language: 'PHP' },
  { file: /^mix\.exs$/, language: 'Elixir' },
];

/** Whether a file says which program its folder holds. Pure. */
export const isProgramFile = (path: string): boolean =>
  MARKERS.some(({ file }) => file.test(posix.basename(path)));

/** The programs of a project, one a folder. Pure. */
export function readPrograms(texts: readonly FoundText[]): readonly FoundProgram[] {
  const folders = [...new Set(texts.map(({ path }) => posix.dirname(path)))];
  return folders.flatMap((path) => {
    const own = texts.filter((text) => posix.dirname(text.path) === path);
    const found = MARKERS.flatMap((marker) =>
      own.filter((text) => marker.file.test(posix.basename(text.path))).map((text) => ({ marker, text })),
    );
    const [first] = found;
    if (!first) return [];
    const name = first.marker.nameIn?.(first.text.source);
    return [
      { path, language: first.marker.language, ...(name === undefined ? {} : { name: withoutScope(name) }) },
    ];
  });
}

/** `@shop/web` is `web`. */
const withoutScope = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
