import { stripVTControlCharacters } from 'node:util';

/** What minikube writes beside the output of the builder in the node. */
export interface MinikubeLog {
  /** Whether a line is minikube's own and no builder's. */
  take(line: string): boolean;
  /** The nodes that could not be built in, as they were named; undefined: none, or it was not said. */
  failedNodes(): string | undefined;
  /** The last of all lines, without those that only inform. */
  last(): string;
}

/** `W1126 03:12:27.123456   4242 build_images.go:133] …` */
const LOGGED = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w.-]+):\d+\] (.*)$/;
const KEPT_LINES = 20;

/**
 * Reads what `minikube image build --alsologtostderr` writes (klog; the words of BuildImage in
 * pkg/minikube/machine/build_images.go).
 * @param mask takes out of a line what nobody should read: minikube logs whole command lines
 */
export function createMinikubeLog(mask: (text: string) => string): MinikubeLog {
  let lines: string[] = [];
  let nodes: string | undefined;
  const keep = (text: string) => {
    if (text !== '') lines = [...lines, mask(text)].slice(-KEPT_LINES);
  };
  return {
    take(raw) {
      const line = stripVTControlCharacters(raw).trimEnd();
      const [, level, file, text = ''] = LOGGED.exec(line) ?? [];
      if (level === undefined) {
        keep(line);
        return false;
      }
      const [, failed] = /^failed building to: (.+)$/.exec(text) ?? [];
      if (file === 'build_images.go' && failed !== undefined) nodes = failed;
      if (level !== 'I') keep(text);
      return true;
    },
    failedNodes: () => nodes,
    last: () => lines.join('\n'),
  };
}
