/** A profile as `minikube profile list` knows it. */
export interface MinikubeProfile {
  readonly name: string;
  /** docker, containerd, cri-o */
  readonly runtime?: string | undefined;
  readonly nodes?: number | undefined;
}

/** The valid profiles in the output of `minikube profile list -l -o json`; empty when it is something else. */
export function parseMinikubeProfiles(stdout: string): readonly MinikubeProfile[] {
  const { valid } = (parse(stdout) ?? {}) as { valid?: unknown };
  if (!Array.isArray(valid)) return [];
  return valid.flatMap((entry: ProfileEntry | null) =>
    typeof entry?.Name === 'string' ? [toProfile(entry.Name, entry)] : [],
  );
}

/** What is read of an entry; nothing of it is taken for granted. */
interface ProfileEntry {
  readonly Name?: unknown;
  readonly Config?: {
    readonly KubernetesConfig?: { readonly ContainerRuntime?: unknown } | null;
    readonly Nodes?: unknown;
  } | null;
}

function toProfile(name: string, { Config: config }: ProfileEntry): MinikubeProfile {
  const runtime = config?.KubernetesConfig?.ContainerRuntime;
  return {
    name,
    runtime: typeof runtime === 'string' && runtime !== '' ? runtime : undefined,
    nodes: Array.isArray(config?.Nodes) ? config.Nodes.length : undefined,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
