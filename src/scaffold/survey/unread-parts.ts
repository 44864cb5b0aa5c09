import type { LeftOut } from '../proposal.ts';
import { asList, asMap, asText } from './loose-values.ts';

type Map = Readonly<Record<string, unknown>>;

/** What is in a skaffold.yaml and is not carried over, in words. Pure. */
export function unreadSkaffold(config: Map, path: string): readonly LeftOut[] {
  return releasesOf(config).flatMap((release) => {
    const name = asText(release['name']) ?? 'a release';
    const remote = asText(release['remoteChart']);
    const namespace = asText(release['namespace']);
    return [
      ...(remote === undefined
        ? []
        : [
            `${path}: ${name} is the chart ${remote} from elsewhere; add it to manifests: { helm: { chart: … } }`,
          ]),
      ...(namespace === undefined
        ? []
        : [`${path}: ${name} goes into the namespace ${namespace}; rockpool puts all into one`]),
      ...(Object.keys(asMap(release['overrides'])).length === 0
        ? []
        : [`${path}: the overrides of ${name} are not carried over; put them into a values file`]),
    ];
  });
}

/** Of every version of its schema. Pure. */
export const releasesOf = ({ manifests, deploy }: Map): readonly Map[] =>
  [asMap(asMap(manifests)['helm']), asMap(asMap(deploy)['helm'])].flatMap(({ releases }) =>
    asList(releases).map(asMap),
  );

/** Calls of a Tiltfile that bring something of their own, and what to do. */
const CALLS: Readonly<Record<string, string>> = {
  include: 'what it includes is not read, unless it is a Tiltfile of the project',
  load_dynamic: 'what it loads is not read',
  helm_remote: 'a chart from elsewhere; add it to manifests: { helm: { chart: … } }',
  helm_resource: 'a chart that is not read; add it to manifests: { helm: { chart: … } }',
  custom_build: 'rockpool builds Dockerfiles',
  docker_build_with_restart: 'sync and restart of a rule in rockpool.yaml do the same',
};

/** What is in a Tiltfile and is not carried over, in words, each with its line. Pure. */
export function unreadTiltfile(
  callsOf: (name: string) => readonly { readonly args: string; readonly line: number }[],
  path: string,
): readonly LeftOut[] {
  const named = Object.entries(CALLS).flatMap(([name, words]) =>
    callsOf(name).map(({ line }) => `${path}:${line}: ${name}: ${words}`),
  );
  const computed = callsOf('k8s_yaml')
    .filter(({ args }) => /(?<![\w.])(?!(?:kustomize|helm|encode_yaml)\b)[a-z_]\w*\s*\(/.test(args))
    .map(
      ({ line }) => `${path}:${line}: k8s_yaml computes what it applies; rockpool takes files as they are`,
    );
  const spaces = callsOf('helm')
    .filter(({ args }) => /\bnamespace\s*=/.test(args))
    .map(
      ({ line }) =>
        `${path}:${line}: the namespace of the chart is not carried over; rockpool puts all into one`,
    );
  return [...named, ...computed, ...spaces];
}
