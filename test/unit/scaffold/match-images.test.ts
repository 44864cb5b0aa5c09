import { describe, expect, it } from 'vitest';
import { matchImages, namesOf } from '../../../src/scaffold/propose/match-images.ts';

const match = (
  dockerfiles: readonly string[],
  images: readonly string[],
  builtAs: Record<string, string> = {},
) =>
  matchImages(
    dockerfiles.map((dockerfile) => ({
      dockerfile,
      builtAs: builtAs[dockerfile] === undefined ? [] : [builtAs[dockerfile]],
      names: namesOf(dockerfile, dockerfile.includes('/') ? dockerfile.replace(/\/[^/]*$/, '') : '.', 'shop'),
    })),
    images.map((repository) => ({ repository, names: [] })),
  ).map(({ repository, dockerfiles: found }) => `${repository}=${found.join('|')}`);

describe('matchImages', () => {
  it.each<[string[], string[], string[]]>([
    [['web/Dockerfile'], ['shop/web'], ['shop/web=web/Dockerfile']],
    [
      ['web/Dockerfile', 'api/Dockerfile'],
      ['r:5000/shop-api', 'shop-web'],
      ['r:5000/shop-api=api/Dockerfile', 'shop-web=web/Dockerfile'],
    ],
    // at the top a Dockerfile goes by the project's name
    [['Dockerfile'], ['shop'], ['shop=Dockerfile']],
    // one of each left
    [['Dockerfile'], ['me/other', 'postgres'], ['me/other=Dockerfile']],
    [['Dockerfile'], ['example-html-image'], ['example-html-image=Dockerfile']],
    [['Dockerfile'], ['postgres'], []],
    // somebody else's
    [['Dockerfile'], ['prom/prometheus', 'quay.io/jetstack/cert-manager'], []],
    [['tools/Dockerfile'], ['acme/app'], []],
    [['a/Dockerfile', 'b/Dockerfile'], ['acme/app'], []],
    // the nearer name before the farther one
    [
      ['web/Dockerfile', 'web-admin/Dockerfile'],
      ['web-admin', 'web'],
      ['web-admin=web-admin/Dockerfile', 'web=web/Dockerfile'],
    ],
    [['web/Dockerfile', 'api/Dockerfile'], ['acme/web-api'], ['acme/web-api=api/Dockerfile']],
    // variants of one image
    [['api/Dockerfile', 'api/Dockerfile.dev'], ['acme/api'], ['acme/api=api/Dockerfile|api/Dockerfile.dev']],
    [
      ['docker/web.Dockerfile', 'docker/api.Dockerfile'],
      ['acme/web', 'acme/api'],
      ['acme/web=docker/web.Dockerfile', 'acme/api=docker/api.Dockerfile'],
    ],
    [['docker/web/Dockerfile'], ['acme/web'], ['acme/web=docker/web/Dockerfile']],
    [
      ['Dockerfile.web', 'Dockerfile.api'],
      ['web', 'api'],
      ['web=Dockerfile.web', 'api=Dockerfile.api'],
    ],
  ])('%j build of %j', (dockerfiles, images, matches) => {
    expect(match(dockerfiles, images)).toEqual(matches);
  });

  it('believes what is written down before names', () => {
    const builtAs = { 'web/Dockerfile': 'registry.acme.io/api:1' };
    expect(match(['web/Dockerfile', 'api/Dockerfile'], ['registry.acme.io/api', 'web'], builtAs)).toEqual([
      'registry.acme.io/api=web/Dockerfile',
      'web=api/Dockerfile',
    ]);
  });

  it('goes by the workload where the image says nothing', () => {
    const wanted = [
      { repository: 'acme/x1', names: ['web'] },
      { repository: 'acme/x2', names: ['api'] },
    ];
    const candidates = ['web', 'api'].map((name) => ({
      dockerfile: `${name}/Dockerfile`,
      builtAs: [],
      names: [name],
    }));
    expect(matchImages(candidates, wanted).map(({ dockerfiles }) => dockerfiles)).toEqual([
      ['web/Dockerfile'],
      ['api/Dockerfile'],
    ]);
  });
});
