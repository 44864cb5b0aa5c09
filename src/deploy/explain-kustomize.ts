import type { Failure } from '../session/failure.ts';
import { nameFile } from './manifest-files.ts';

/** What kustomize wrote on stderr when it failed, in words, with all that it wrote as output. Pure. */
export function explainKustomize(
  stderr: string,
  { folder, root }: { readonly folder: string; readonly root: string },
): Failure {
  const said = stderr.replace(/^Error: /, '').trim();
  const failure = {
    code: 'KUSTOMIZE_FAILED',
    subject: `kustomization/${folder}`,
    output: said.split(`${root}/`).join(''),
  };
  const doesNot = `kustomize does not render ${folder}`;
  const lacking = /\blstat ([^:\s]+): no such file or directory(?![\s\S]*\blstat )/.exec(said)?.[1];
  if (lacking !== undefined && !said.includes('://')) {
    return { ...failure, message: `${doesNot}: ${nameFile(root, lacking)} does not exist` };
  }
  if (said.includes('must specify --enable-helm')) {
    const hint = 'name the chart itself in rockpool.yaml: `- helm: { chart: … }`';
    return { ...failure, message: `${doesNot}: rockpool lets no kustomization run helm`, hint };
  }
  return { ...failure, message: `${doesNot}: ${innermost(failure.output)}` };
}

/** Without the kustomizations on the way to the one where it went wrong. Messages may quote a whole patch. */
function innermost(said: string): string {
  const way = /^[\s\S]*recursed accumulation of path '[^']*': /;
  const inner = said.replace(way, '').replace(/^(accumulating resources: |accumulation err=')*/, '');
  const line = inner.replace(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 300)}…` : line || 'it does not say why';
}
