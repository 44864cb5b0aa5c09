import { RockpoolError } from '../session/failure.ts';
import { nearestNames } from '../session/nearest-names.ts';
import type { KubeContext, LoadedKubeConfig } from './kubeconfig.ts';

type Known = Pick<LoadedKubeConfig, 'contexts' | 'currentContext' | 'files'>;

/** The context of that name, else the current one. Throws a RockpoolError: UNKNOWN_CONTEXT, NO_CONTEXT. Pure. */
export function selectContext(loaded: Known, name: string | undefined): KubeContext {
  const wanted = name ?? loaded.currentContext;
  if (wanted === undefined) throw noContext(loaded);
  const context = loaded.contexts.find((known) => known.name === wanted);
  if (context === undefined) throw unknownContext(loaded, wanted, name === undefined);
  return context;
}

function noContext(loaded: Known): RockpoolError {
  return new RockpoolError({
    code: 'NO_CONTEXT',
    subject: 'kubeconfig',
    message: `The kubeconfig (${loaded.files.join(', ')}) has no current context.`,
    hint: `${listed(loaded)} Name one with --context, or set it with \`kubectl config use-context NAME\`.`,
  });
}

function unknownContext(loaded: Known, wanted: string, isCurrent: boolean): RockpoolError {
  const names = loaded.contexts.map((context) => context.name);
  const [nearest, ...others] = nearestNames(wanted, names);
  const meant = nearest && `Did you mean ${[nearest, ...others].map((each) => `"${each}"`).join(' or ')}?`;
  return new RockpoolError({
    code: 'UNKNOWN_CONTEXT',
    subject: 'kubeconfig',
    message: `The kubeconfig (${loaded.files.join(', ')}) has no context "${wanted}"${isCurrent ? ', which it names as the current one' : ''}.`,
    hint: meant ?? listed(loaded),
  });
}

function listed(loaded: Known): string {
  const names = loaded.contexts.map((context) => context.name);
  const shown = names.slice(0, 10).join(', ');
  return names.length === 0
    ? 'It has no context at all: a local cluster writes one when it starts.'
    : `Known are: ${shown}${names.length > 10 ? ` and ${names.length - 10} more` : ''}.`;
}
