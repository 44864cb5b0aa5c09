import { expect, it } from 'vitest';
import { sessionConfig } from '../../../src/config/session-config.ts';
import { SessionConfig } from '../../../src/session/events.ts';

const image = {
  name: 'a',
  context: '.',
  dockerfile: 'Dockerfile',
  args: { TOKEN: 'secret' },
  update: 'auto',
} as const;
const rest = { sync: [], secrets: { npm: '/secret' }, ssh: [], contexts: {}, ignore: [] };
const forward = { id: 'service/a:80', kind: 'service', name: 'a', port: 80, local: 8080 } as const;
const other = { ...forward, id: 'x/service/a:80', namespace: 'x' };
const config: Parameters<typeof sessionConfig>[0] = {
  images: [{ ...image, ...rest }],
  forwards: [forward, other],
  manifests: ['k8s'],
  generated: [],
  partials: [],
  sources: ['/p/rockpool.yaml'],
};

it('keeps names, paths and forwards, and nothing that could be secret', () => {
  const kept = sessionConfig(config, 'shop', { a: ['base'] });
  expect(SessionConfig.strict().parse(kept)).toEqual({
    images: [
      { name: 'a', context: '.', dockerfile: 'Dockerfile', needs: ['base'], inputs: expect.any(String) },
    ],
    sources: expect.any(String),
    forwards: [{ ...forward, namespace: 'shop' }, other],
    namespaces: ['shop', 'x'],
  });
  expect(JSON.stringify(kept)).not.toContain('secret');
});

it('tells whether an image is to be built anew and other files are to be watched', () => {
  const of = (changed: Partial<typeof config>) => sessionConfig({ ...config, ...changed }, 'shop', {});
  const before = of({});
  expect(of({ forwards: [] })).toMatchObject({ sources: before.sources, images: before.images });
  const args = of({ images: [{ ...image, ...rest, args: { ...image.args, B: '1' } }] });
  expect(args.images[0]?.inputs).not.toBe(before.images[0]?.inputs);
  expect(of({ manifests: ['k8s', 'more'] }).sources).not.toBe(before.sources);
  expect(of({ sources: [] }).sources).not.toBe(before.sources);
});
