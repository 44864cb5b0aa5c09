import { generate } from 'selfsigned';

/** A certificate of its own for the sandbox's server, for 127.0.0.1 and localhost, PEM. */
export async function makeCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const names = [{ name: 'commonName', value: 'rockpool sandbox' }];
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
  ];
  const made = await generate(names, {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { cert: made.cert, key: made.private };
}
