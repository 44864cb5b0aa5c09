import type { Candidate } from '../../completion/complete-line.ts';
import type { ResourceKey } from '../../session/observed.ts';
import { resourceParts } from '../../session/resource-parts.ts';
import { shortNames } from '../../ui/short-names.ts';

/** Names that commands on a project take. */
export interface ProjectNames {
  readonly images: readonly string[];
  readonly workloads: readonly Candidate[];
  /** as `logs` takes them: `deployment/web` */
  readonly pods: readonly Candidate[];
  /** of the workload that was asked for, else of all */
  readonly containers: readonly string[];
  readonly forwards: readonly Candidate[];
}

/** How commands name workloads. Pure. */
export function workloadNames(keys: readonly ResourceKey[]): Pick<ProjectNames, 'workloads' | 'pods'> {
  const workloads = [...shortNames(keys)].map(([key, value]) => ({ value, about: resourceParts(key).kind }));
  const queries = keys.map((key) => {
    const { kind, name } = resourceParts(key);
    return { value: `${kind.toLowerCase()}/${name}` };
  });
  return { workloads, pods: queries };
}
