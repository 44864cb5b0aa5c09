/**
 * Why a forwarded connection failed. REFUSED: nothing listens on that port in the pod, yet. GONE: the pod or its
 * sandbox is not running any more. LOST: the way to the pod broke. FAILED: anything else.
 */
export type PortForwardErrorCode = 'REFUSED' | 'GONE' | 'LOST' | 'FAILED';

export class PortForwardError extends Error {
  readonly code: PortForwardErrorCode;

  constructor(code: PortForwardErrorCode, message: string) {
    super(message);
    this.name = 'PortForwardError';
    this.code = code;
  }
}

/**
 * Reads what the node wrote on the error channel. The texts are those of containerd (`failed to connect to
 * localhost:80 inside namespace …: connect: connection refused`), CRI-O and socat (`E connect(…): Connection refused`).
 */
export function portForwardErrorOf(text: string): PortForwardError {
  if (/connection refused/i.test(text)) return new PortForwardError('REFUSED', text);
  if (
    /sandbox.*(not running|not found|closed)|network namespace.*(not exist|closed)|no such container/i.test(
      text,
    )
  ) {
    return new PortForwardError('GONE', text);
  }
  return new PortForwardError('FAILED', text);
}
