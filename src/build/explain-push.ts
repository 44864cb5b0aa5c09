import type { Failure } from '../session/failure.ts';

/**
 * What a daemon says of a push that failed, in words and with the way out. Pure.
 * @param said the daemon's own words
 */
export function explainPush(ref: string, said: string): Failure {
  const host = registryHost(ref);
  const { why, hint, command } = reasonOf(said, host, ref);
  return {
    code: 'DELIVERY_FAILED',
    subject: `image/${ref}`,
    message: `${ref} is built, but could not be pushed: ${why}.`,
    hint,
    ...(command === undefined ? {} : { command }),
    output: said,
  };
}

/** The host of a ref as Docker takes it: `docker.io` where none is written. Pure. */
export function registryHost(ref: string): string {
  const first = ref.split('/')[0] ?? '';
  return ref.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}

interface Reason {
  readonly why: string;
  readonly hint: string;
  readonly command?: string;
}

/** The wordings are those of dockerd 24 to 29, containerd's resolver, and distribution. */
function reasonOf(said: string, host: string, ref: string): Reason {
  const login = `docker login ${host}`;
  if (/HTTP response to HTTPS client/i.test(said)) {
    return {
      why: `${host} speaks http, and the Docker daemon asks it for https`,
      hint: `Allow it as insecure: add "insecure-registries": ["${host}"] to the daemon's daemon.json and restart it (a minikube profile is made with --insecure-registry ${host}).`,
    };
  }
  if (/no such host|server misbehaving/i.test(said)) {
    return {
      why: `the Docker daemon does not find the host ${host}`,
      hint: 'Check the registry, as `--push=` or `registry` in rockpool.yaml names it; the name is looked up where the daemon runs, which may be a VM.',
    };
  }
  if (/connection refused|i\/o timeout|no route to host|network is unreachable/i.test(said)) {
    return {
      why: `nothing answers at ${host}`,
      hint: 'Start the registry, or correct its address in `--push=` or in `registry` of rockpool.yaml, wherever it is named; the daemon must reach it from where it runs.',
    };
  }
  if (/x509|certificate/i.test(said)) {
    return {
      why: `the Docker daemon does not trust the certificate of ${host}`,
      hint: `Put its authority into /etc/docker/certs.d/${host}/ca.crt where the daemon runs.`,
    };
  }
  if (/unauthorized|authentication required|no basic auth|\b401\b/i.test(said)) {
    return {
      why: `${host} asks for a login, and yours is missing or refused`,
      hint: 'Log in and save a file.',
      command: login,
    };
  }
  if (/denied|forbidden|\b403\b|insufficient_scope/i.test(said)) {
    return {
      why: `${host} does not let you push there`,
      hint: `Log in as somebody who may push to ${withoutTag(ref)}, or name another path with \`--push=\` or \`registry\`.`,
      command: login,
    };
  }
  if (/name unknown|not found|does not exist|\b404\b/i.test(said)) {
    return {
      why: `${host} has no place ${withoutTag(ref)}`,
      hint: 'Some registries want a repository to be made first (Amazon ECR, Harbor projects); else correct the path in `--push=` or in `registry` of rockpool.yaml, wherever it is named.',
    };
  }
  return {
    why: `the registry ${host} did not take it`,
    hint: 'What it said stands below; a save or a trigger tries again.',
  };
}

const withoutTag = (ref: string): string => ref.replace(/:[^:/]*$/, '');
