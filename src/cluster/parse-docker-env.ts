/** Where a Docker Engine is, in the words of Docker's own environment variables. */
export interface DockerEnv {
  /** DOCKER_HOST: unix://…, tcp://… or ssh://… */
  readonly host: string;
  /** DOCKER_CERT_PATH: a folder with ca.pem, cert.pem and key.pem */
  readonly certPath?: string | undefined;
  /** DOCKER_TLS_VERIFY is set */
  readonly tlsVerify: boolean;
}

/** The Docker address in an environment, or undefined when it names none. */
export function parseDockerEnv(env: Readonly<Record<string, unknown>>): DockerEnv | undefined {
  const { DOCKER_HOST: host, DOCKER_CERT_PATH: certPath, DOCKER_TLS_VERIFY: tlsVerify } = env;
  if (typeof host !== 'string' || host === '') return undefined;
  return {
    host,
    certPath: typeof certPath === 'string' && certPath !== '' ? certPath : undefined,
    tlsVerify: typeof tlsVerify === 'string' && tlsVerify !== '',
  };
}

/**
 * The Docker address in the output of `minikube docker-env --shell none -o json`, or undefined when it holds none:
 * minikube prints `false exit code 83` on stdout when it fails.
 */
export function parseDockerEnvOutput(stdout: string): DockerEnv | undefined {
  try {
    const parsed: unknown = JSON.parse(stdout);
    return typeof parsed === 'object' && parsed !== null ? parseDockerEnv({ ...parsed }) : undefined;
  } catch {
    return undefined;
  }
}
