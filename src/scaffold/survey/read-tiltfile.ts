import { posix } from 'node:path';
import { parseImageName } from '../../build/image-name.ts';
import type { LeftOut } from '../proposal.ts';
import type { FoundBuild, FoundText, FoundTool } from './survey.ts';
import { unreadTiltfile } from './unread-parts.ts';

/**
 * The plain calls of a Tiltfile: docker_build, k8s_yaml, kustomize, helm and port_forwards with texts for arguments. What
 * is computed is left alone, since a Tiltfile is a program. Pure.
 */
export function readTiltfile({ path, source }: FoundText): {
  readonly builds: readonly FoundBuild[];
  readonly setup: FoundTool;
  readonly leftOut: readonly LeftOut[];
} {
  const folder = posix.dirname(path);
  const inFolder = (entry: string) => posix.join(folder, entry).replace(/\/$/, '');
  const text = source.length > MAX_LENGTH ? '' : source.replace(/^\s*#.*$/gm, '');
  const manifests = callsOf(text, 'k8s_yaml').flatMap(({ args }) =>
    /^\s*(?:kustomize|helm|local|read_file|blob)\s*\(/.test(args) || /\blocal\s*\(/.test(args)
      ? []
      : textsIn(args.split(/\b\w+\s*=/)[0] ?? ''),
  );
  return {
    builds: ['docker_build', 'docker_build_with_restart'].flatMap((name) =>
      callsOf(text, name).flatMap(({ args, line }) => buildOf(args, `${path}:${line}`, inFolder)),
    ),
    leftOut: unreadTiltfile((name) => callsOf(text, name), path),
    setup: {
      path,
      manifests: manifests.map(inFolder),
      kustomize: callsOf(text, 'kustomize').flatMap(({ args }) => textsIn(args).slice(0, 1).map(inFolder)),
      helm: callsOf(text, 'helm').flatMap(({ args }) => helmOf(args, inFolder)),
      forwards: callsOf(text, 'k8s_resource').flatMap(({ args }) => forwardsOf(args)),
    },
  };
}

/** Nobody writes a longer one by hand. */
const MAX_LENGTH = 200_000;

interface Call {
  /** between its brackets */
  readonly args: string;
  readonly line: number;
}

function callsOf(text: string, name: string): readonly Call[] {
  return [...text.matchAll(new RegExp(`(?<![\\w.])${name}\\s*\\(`, 'g'))].map(({ index, 0: found }) => {
    const start = index + found.length;
    let depth = 1;
    let end = start;
    for (; end < text.length && depth > 0; end++) {
      if ('([{'.includes(text[end] ?? '')) depth += 1;
      if (')]}'.includes(text[end] ?? '')) depth -= 1;
    }
    return { args: text.slice(start, end - 1), line: text.slice(0, index).split('\n').length };
  });
}

const textsIn = (args: string): readonly string[] =>
  [...args.matchAll(/(['"])([^'"\n]*)\1/g)].map(([, , value]) => value ?? '');

/** A keyword argument that is one text. */
const keyword = (args: string, name: string): string | undefined =>
  new RegExp(`\\b${name}\\s*=\\s*(['"])([^'"\\n]*)\\1`).exec(args)?.[2];

function buildOf(args: string, at: string, inFolder: (entry: string) => string): readonly FoundBuild[] {
  const [, , name, , second] =
    /^\s*(['"])([^'"]+)\1\s*,\s*(?:context\s*=\s*)?(['"])([^'"]+)\3/.exec(args) ?? [];
  if (name === undefined || second === undefined || /\bdockerfile_contents\s*=/.test(args)) return [];
  const context = inFolder(second);
  const dockerfile = keyword(args, 'dockerfile');
  const target = keyword(args, 'target');
  const { given, notes } = buildArgs(args, at);
  return [
    {
      ...{ at, context, args: given, notes },
      image: parseImageName(name).repository,
      dockerfile: dockerfile === undefined ? posix.join(context, 'Dockerfile') : inFolder(dockerfile),
      ...(target === undefined ? {} : { target }),
    },
  ];
}

/** `build_args={'NODE_ENV': 'development'}`; values that are computed are told. */
function buildArgs(args: string, at: string) {
  const written = /\bbuild_args\s*=\s*(\{[^}]*\}|\w[\w.]*)/.exec(args)?.[1] ?? '';
  const pairs = [...written.matchAll(/(['"])([^'"]+)\1\s*:\s*(?:(['"])([^'"\n]*)\3(?=\s*[,}])|[^,}]+)/g)];
  const given = pairs.flatMap(([, , key = '', , value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const computed = pairs.flatMap(([, , key = '', , value]) => (value === undefined ? [key] : []));
  const all = written !== '' && !written.startsWith('{');
  return {
    given: Object.fromEntries(given),
    notes: [
      ...computed.map((key) => `${at} computes the build argument ${key}; give it in args`),
      ...(all ? [`${at} computes its build_args; give them in args`] : []),
    ],
  };
}

function helmOf(args: string, inFolder: (entry: string) => string): FoundTool['helm'] {
  const [chart] = textsIn(args);
  if (chart === undefined) return [];
  const values = /\bvalues\s*=\s*(\[[^\]]*\]|['"][^'"]*['"])/.exec(args)?.[1] ?? '';
  const release = keyword(args, 'name') ?? posix.basename(chart);
  return [{ chart: inFolder(chart), release, values: textsIn(values).map(inFolder), set: setOf(args) }];
}

/** `set=['image=web', 'replicas=1']` as helm reads it. */
function setOf(args: string): FoundTool['helm'][number]['set'] {
  const written = /\bset\s*=\s*(\[[^\]]*\]|['"][^'"]*['"])/.exec(args)?.[1] ?? '';
  const pairs = textsIn(written).flatMap((text) => {
    const [, path, value = ''] = /^([^=,{}]+)=([^,{}]*)$/.exec(text) ?? [];
    return path === undefined ? [] : [[path, typed(value)] as const];
  });
  return Object.fromEntries(pairs);
}

function typed(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^(?:0|[1-9]\d{0,8})$/.test(value) ? Number(value) : value;
}

/** `port_forwards=8000`, `'9000:8000'`, `port_forward(9000, 8000)`, and lists of them. */
function forwardsOf(args: string): FoundTool['forwards'] {
  const name = textsIn(args)[0];
  const written =
    /\bport_forwards\s*=\s*(\[[^\]]*\]|port_forward\s*\([^)]*\)|[^,\s)]+)/.exec(args)?.[1] ?? '';
  const pairs = written.replace(
    /\bport_forward\s*\(\s*(\d+)(?:\s*,\s*(\d+))?[^)]*\)/g,
    (_, local: string, port = local) => `${local}:${port}`,
  );
  return [...pairs.matchAll(/(?:(\d+)\s*:\s*)?(\d+)/g)].map(([, local, port]) => ({
    to: `deployment/${name ?? ''}`,
    port: Number(port),
    local: Number(local ?? port),
  }));
}
