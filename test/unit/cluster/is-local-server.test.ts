import { describe, expect, it } from 'vitest';
import { isLocalServer } from '../../../src/cluster/is-local-server.ts';

describe('isLocalServer', () => {
  it.each([
    'https://127.0.0.1:6443',
    'https://127.8.9.10:6443',
    'https://localhost:6443',
    'https://LOCALHOST:6443',
    'https://[::1]:6443',
    'https://[0:0:0:0:0:0:0:1]:6443',
    'https://[::ffff:127.0.0.1]:6443',
    'https://[::ffff:192.168.49.2]:6443',
    'https://0.0.0.0:6550',
    'https://10.0.0.1',
    'https://172.16.0.1:8443',
    'https://172.31.255.255:8443',
    'https://192.168.49.2:8443',
    'https://169.254.1.1',
    'https://[fd00::1]:6443',
    'https://[fc00::1]:6443',
    'https://[fe80::1]:6443',
    'https://kubernetes.docker.internal:6443',
    'https://k8s.orb.local:26443',
    'http://127.0.0.1:8001/path',
    'unix:///var/run/cluster.sock',
  ])('takes %s for near', (server) => {
    expect(isLocalServer(server)).toBe(true);
  });

  it.each([
    ['a public address', 'https://8.8.8.8'],
    ['the end of 172.16.0.0/12', 'https://172.32.0.1'],
    ['before 172.16.0.0/12', 'https://172.15.0.1'],
    ['carrier-grade NAT, which overlay networks use', 'https://100.64.0.1'],
    ['a public IPv6 address', 'https://[2001:db8::1]'],
    ['a public address in IPv6 clothes', 'https://[::ffff:8.8.8.8]'],
    ['the same in hexadecimal', 'https://[::ffff:808:808]'],
    ['past link-local', 'https://[fec0::1]'],
    ['a name that begins like an address', 'https://10.evil.example'],
    ['a name that begins with a whole address', 'https://127.0.0.1.nip.io'],
    ['a name that begins like localhost', 'https://localhost.evil.example'],
    ['a subdomain of localhost', 'https://api.localhost'],
    ['an address as user', 'https://127.0.0.1@evil.example'],
    ['an address as user and password', 'https://127.0.0.1:6443@evil.example'],
    ['a user before a near address', 'https://user@127.0.0.1'],
    ['a backslash that some parsers take for a slash', 'https://127.0.0.1\\@evil.example'],
    ['a backslash the other way', 'https://evil.example\\@127.0.0.1'],
    ['an at sign after the port', 'https://127.0.0.1:80@evil.example/'],
    ['a decimal address', 'https://2130706433'],
    ['a short address', 'https://127.1'],
    ['a hexadecimal address', 'https://0x7f.0.0.1'],
    ['an octal address, which is 8.8.8.8 to some and 10.8.8.8 to others', 'https://010.8.8.8'],
    ['a percent-encoded host', 'https://127%2e0.0.1'],
    ['a company-internal name', 'https://api.prod.internal'],
    ['a cloud-internal name', 'https://ip-10-0-0-1.eu-west-1.compute.internal'],
    ['a name in front of a known one', 'https://evil.kubernetes.docker.internal'],
    ['a name after a known one', 'https://kubernetes.docker.internal.evil.example'],
    ['a trailing dot', 'https://localhost.'],
    ['full-width digits', 'https://\uff11\uff12\uff17.0.0.1'],
    ['an octet too large', 'https://127.0.0.300'],
    ['an IPv6 zone', 'https://[fe80::1%25eth0]'],
    ['a port out of range', 'https://127.0.0.1:99999'],
    ['another scheme', 'ftp://127.0.0.1'],
    ['a unix socket of no path', 'unix://host/sock'],
    ['a host alone', '127.0.0.1:6443'],
    ['a line break', 'https://127.0.0.1\n.evil.example'],
    ['nothing', ''],
  ])('does not take %s for near', (_, server) => {
    expect(isLocalServer(server)).toBe(false);
  });
});
