import { findProgram } from '../cluster/require-program.ts';
import { type Finding, ok, warn } from './finding.ts';

/** What the programs are for; rockpool itself needs none of them for a small project on the docker runtime. */
const PROGRAMS: Readonly<Record<string, string>> = {
  kubectl: 'looking into the cluster by hand; rockpool uses it for kustomizations alone',
  helm: 'charts',
  kustomize: 'kustomizations; kubectl does for them, too',
  minikube: 'a minikube cluster',
  kind: 'a kind cluster',
  k3d: 'a k3d cluster',
  docker: 'large build contexts, build secrets and ssh',
  git: 'git facts in templates, and waiting for a checkout to end',
};

/** Which of the programs that may be needed are there. `needed` are those that this project and cluster cannot do without. */
export async function checkPrograms(
  env: Readonly<Record<string, string | undefined>>,
  needed: readonly string[],
): Promise<Finding> {
  const names = Object.keys(PROGRAMS);
  const places = await Promise.all(names.map((name) => findProgram(name, env)));
  const there = names.filter((_, index) => places[index] !== undefined);
  const absent = names.filter((name) => !there.includes(name));
  const found = [
    `there: ${there.join(', ') || 'none'}`,
    ...(absent.length === 0 ? [] : [`not there: ${absent.join(', ')}`]),
  ].join('; ');
  const lacking = absent.filter((name) => needed.includes(name));
  if (lacking.length === 0) return ok('programs', found);
  const hint = lacking.map((name) => `${name} is for ${PROGRAMS[name]}.`).join(' ');
  return warn('programs', found, { hint });
}
