import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { GREETER, type Playground } from './playground.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** A package of rockpool, as it was built, that brings the templates of the tests. @returns its folder */
export function createPackage({ write, folder }: Playground): string {
  const root = join(folder, '../rockpool');
  for (const part of ['package.json', 'bin', 'dist'])
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  linkDependencies(root);
  mkdirSync(join(root, 'templates'));
  cpSync(GREETER, join(root, 'templates/greeter'), { recursive: true });
  write('../rockpool/templates/tiny', {
    'template.yaml': `version: 1
description: As little as can be
answers:
  - { name: name, ask: Name, type: name, replaces: tiny, in: [rockpool.yaml] }
  - { name: size, ask: How large, type: choice, choices: [small, large], replaces: tiny-size, in: [rockpool.yaml] }
`,
    'rockpool.yaml': 'version: 1\nname: tiny\nvalues: { size: tiny-size }\n',
  });
  return root;
}

export function linkDependencies(root: string): void {
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
}
