import { describe, expect, it } from 'vitest';
import { portFailure } from '../../../src/forward/port-failure.ts';
import type { ForwardSpec } from '../../../src/session/events.ts';

const spec: ForwardSpec = {
  id: 'service/web:80',
  kind: 'service',
  name: 'web',
  namespace: 'shop',
  port: 80,
  local: 80,
};
const error = (code: string) => Object.assign(new Error(code), { code });
const nobody = async () => undefined;

describe('why a local port cannot be had', () => {
  it('names the program that has it, and how to be rid of it', async () => {
    const failure = await portFailure(spec, error('EADDRINUSE'), async () => ({ pid: 4711, name: 'nginx' }));
    expect(failure).toEqual({
      code: 'PORT_TAKEN',
      subject: 'forward/service/web:80',
      message: '127.0.0.1:80 is taken by nginx (pid 4711)',
      hint: 'Stop it (kill 4711), or give the forward another local port in rockpool.yaml, or local: auto for a free one.',
    });
  });

  it('tells a session of another project by its folder, and advises no kill', async () => {
    const owner = { pid: 4711, name: 'node', project: '/home/ann/shop' };
    const failure = await portFailure(spec, error('EADDRINUSE'), async () => owner);
    expect(failure?.message).toBe(
      '127.0.0.1:80 is taken by the rockpool session of the project in /home/ann/shop (pid 4711)',
    );
    expect(failure?.hint).toMatch(/^End that session \(q in its terminal\), or give the forward another/);
    expect(failure?.hint).not.toContain('kill');
  });

  it('says so when the owner cannot be told', async () => {
    const failure = await portFailure(spec, error('EADDRINUSE'), nobody);
    expect(failure?.message).toMatch(/^127\.0\.0\.1:80 is taken by a process that cannot be told/);
    expect(failure?.hint).toMatch(/^Give the forward another local port/);
  });

  it('tells missing rights from a taken port', async () => {
    const failure = await portFailure(spec, error('EACCES'), nobody);
    expect(failure).toMatchObject({ code: 'PORT_DENIED', message: expect.stringContaining('below 1024') });
  });

  it('leaves every other error to whoever asked', async () => {
    expect(await portFailure(spec, error('EMFILE'), nobody)).toBeUndefined();
  });
});
