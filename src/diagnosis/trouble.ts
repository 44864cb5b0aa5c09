import type { ContainerObserved } from '../session/observed.ts';

/** What keeps a container, or its whole pod, from serving. */
export interface Trouble {
  /** a failure code of docs/failures.md */
  readonly code: string;
  /** the state in words: "crash loop" */
  readonly words: string;
  /** one or two sentences */
  readonly message: string;
  /** what to do */
  readonly hint: string;
  readonly container?: ContainerObserved;
  /** what the manifest says that it is due to, most telling first: keys of Places */
  readonly due?: readonly string[];
  /** the last lines that matter */
  readonly output?: string;
}

/** "container web of pod web-1", or "init container …". Pure. */
export function containerName(pod: { readonly name: string }, { name, kind }: ContainerObserved): string {
  return `${kind === 'init' ? 'init container' : 'container'} ${name} of pod ${pod.name}`;
}

/** The text as a sentence, with a detail that others wrote. Pure. */
export function sentence(text: string, detail: string | undefined): string {
  if (detail === undefined || detail === '') return `${text}.`;
  return `${text}: ${detail}${/[.!?…]$/.test(detail) ? '' : '.'}`;
}
