/**
 * What BuildKit, the Docker Engine and docker buildx say of a build when the daemon stops or goes away in its midst
 * (tried on Docker 28.5 with SIGTERM and SIGKILL; gRPC's codes from google.golang.org/grpc/codes).
 */
const LOSSES = [
  /context canceled/,
  /code = (?:Canceled|Unavailable)/,
  /\b(?:unexpected )?EOF$/,
  /connection reset by peer|broken pipe|use of closed network connection/,
  /transport is closing|grpc: the client connection is closing/,
  /connect: connection refused/,
  /the daemon ended the build without an image/,
  /shutting down|shutdown in progress/,
];

/** The docker command line, of the daemon itself. */
const UNREACHABLE = /Cannot connect to the Docker daemon|error during connect/;

/** A registry, or another server, has its own way of going away. */
const ELSEWHERE =
  /resolve source metadata|failed to do request|failed to fetch|\b(?:Get|Head) "|exit code: \d/;

/** Whether an error of a build that nobody cancelled means that its daemon went away. Pure. */
export function isDaemonLoss(error: string): boolean {
  if (UNREACHABLE.test(error)) return true;
  return !ELSEWHERE.test(error) && LOSSES.some((loss) => loss.test(error.trim()));
}
