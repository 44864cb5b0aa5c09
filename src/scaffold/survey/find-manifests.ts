import { groupOf } from '../../deploy/manifest.ts';
import { type ParsedManifest, parseManifests } from '../../deploy/parse-manifests.ts';
import { formatPlace } from '../../session/failure.ts';
import type { LeftOut } from '../proposal.ts';
import type { FoundManifests, FoundText } from './survey.ts';

/** API groups of files that look like manifests and are for tools of this machine or of a delivery, not for a local cluster. */
const OF_TOOLS =
  /^(?:kustomize\.config\.k8s\.io|config\.kubernetes\.io|kind\.x-k8s\.io|k3d\.io|ctlptl\.dev|eksctl\.io|kubeadm\.k8s\.io|kubelet\.config\.k8s\.io|audit\.k8s\.io|apiserver\.(?:config\.)?k8s\.io|client\.authentication\.k8s\.io|backstage\.io|kpt\.dev|fn\.kpt\.dev|skaffold|tilt\.dev|argoproj\.io|.*\.fluxcd\.io|deploy\.cloud\.google\.com|.*\.crossplane\.io|helm\.sh|k0s.*|cluster\.x-k8s\.io|.*\.cluster\.x-k8s\.io|minikube\.k8s\.io)$/;

/**
 * The Kubernetes objects of a file; undefined when it holds none. What is broken is left out as a whole, with its place,
 * since a part of a file is not applied. Pure.
 */
export function findManifests({
  path,
  source,
}: FoundText): { readonly found?: FoundManifests; readonly leftOut: readonly LeftOut[] } | undefined {
  if (!looksLikeManifest(source)) return undefined;
  if (path.endsWith('.liquid'))
    return { found: { path, source, objects: [], template: source }, leftOut: [] };
  if (isKubeconfig(source)) return undefined;
  const { manifests, failures } = parseManifests(source, path);
  const [failure] = failures;
  if (manifests.some(isOfTools) || (failure && declaresTool(source))) return undefined;
  if (failure)
    return { leftOut: [explain(source, failure.message, formatPlace(failure.at ?? { file: path }))] };
  return manifests.length === 0 ? undefined : { found: { path, source, objects: manifests }, leftOut: [] };
}

/** Keys of the outermost map, or of JSON: other files only quote manifests. */
function looksLikeManifest(source: string): boolean {
  const isJson = source.trimStart().startsWith('{');
  const has = (key: string) =>
    new RegExp(isJson ? `"${key}"\\s*:` : `^["']?${key}["']?\\s*:`, 'm').test(source);
  return has('apiVersion') && has('kind');
}

const isKubeconfig = (source: string): boolean =>
  /^kind:\s*Config\s*$/m.test(source) && /^clusters:/m.test(source);

const isOfTools = ({ manifest }: ParsedManifest): boolean => OF_TOOLS.test(groupOf(manifest.apiVersion));

/** Such files need have no metadata, and so are no manifests. */
function declaresTool(source: string): boolean {
  const versions = [...source.matchAll(/^"?apiVersion"?:\s*["']?([\w./-]+)/gm)].map(
    ([, version]) => version ?? '',
  );
  return versions.length > 0 && versions.every((version) => OF_TOOLS.test(groupOf(version)));
}

function explain(source: string, message: string, place: string): LeftOut {
  if (/\{\{-?\s*(?:\.Values|\.Release|\.Chart|include |if |range )/.test(source)) {
    return `${place}: written for helm, but there is no Chart.yaml above it`;
  }
  return `${place}: ${message}`;
}
