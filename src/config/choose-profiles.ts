import type { Failure } from '../session/failure.ts';
import { didYouMean } from '../session/nearest-names.ts';
import type { ConfigTree } from './config-tree.ts';
import { mergeLocated } from './merge-profile.ts';

/** The file with the profiles laid over it, in order, and a problem for each that it does not have. Pure. */
export function chooseProfiles(
  tree: ConfigTree,
  names: readonly string[],
): { tree: ConfigTree; problems: readonly Failure[] } {
  const profiles = tree.root.map?.get('profiles')?.node.map;
  const problems: Failure[] = [];
  let { root } = tree;
  for (const name of names) {
    const profile = profiles?.get(name)?.node;
    if (profile?.map) root = mergeLocated(root, profile);
    else if (!profile) problems.push(unknownProfile(name, [...(profiles?.keys() ?? [])]));
  }
  return { tree: { ...tree, root }, problems };
}

function unknownProfile(name: string, known: readonly string[]): Failure {
  const list = known.length === 0 ? 'rockpool.yaml has no profiles' : `profiles: ${known.join(', ')}`;
  return {
    code: 'CONFIG_INVALID',
    subject: 'config',
    message: `there is no profile "${name}"`,
    hint: didYouMean(name, known) ?? list,
  };
}
