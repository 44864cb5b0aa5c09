import type { Failure } from '../session/failure.ts';
import type { ClusterObserver, Emit } from '../session/ports.ts';

/** ms for an apiserver that cannot list to be told as lost by whoever looks after that, or to recover */
const PATIENCE = 20_000;

/**
 * The same observer, which leaves it to the session's one judge to tell that the apiserver is lost or found. That it
 * answers others but cannot list some kind is told to onRefused once it has lasted for 20 s without.
 */
export function observeThroughLoss(
  observer: ClusterObserver,
  { isLost, onRefused }: { isLost(): boolean; onRefused(failure: Failure): void },
): ClusterObserver {
  return {
    async observe(namespace, emit, signal) {
      let timer: NodeJS.Timeout | undefined;
      const tellLater = (failure: Failure) => {
        const tell = () => (isLost() ? tellLater(failure) : onRefused(unlisted(namespace, failure)));
        timer = setTimeout(tell, PATIENCE);
      };
      const filtered: Emit = (event) => {
        if (event.type !== 'cluster.lost' && event.type !== 'cluster.found') return emit(event);
        clearTimeout(timer);
        if (event.type === 'cluster.lost') tellLater(event.failure);
      };
      try {
        await observer.observe(namespace, filtered, signal);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function unlisted(namespace: string, { message }: Failure): Failure {
  return {
    code: 'CANNOT_OBSERVE',
    subject: namespace,
    message: `the objects in ${namespace} cannot be followed: ${message}`,
    hint: 'They are asked for again until they can be.',
  };
}
