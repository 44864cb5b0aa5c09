import { expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/build/dockerfile.ts';
import { chooseContext } from '../../../src/scaffold/propose/choose-context.ts';

const choose = (path: string, copies: readonly string[], files: readonly string[]) => {
  const folders = [...files, path].flatMap((file) => {
    const parts = file.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  const source = ['FROM x', ...copies].join('\n');
  const parsed = parseDockerfile(source, {}, 'linux/amd64');
  return chooseContext({ path, parsed }, new Set(['.', path, ...files, ...folders]));
};

it.each<[string, string[], string[], string]>([
  ['web/Dockerfile', ['COPY package.json ./', 'COPY src src'], ['web/package.json', 'web/src/a.js'], 'web'],
  ['web/Dockerfile', ['COPY web/package.json ./'], ['web/package.json'], '.'],
  [
    'services/web/Dockerfile',
    ['COPY shared shared', 'COPY web web'],
    ['services/shared/a.js', 'services/web/b.js'],
    'services',
  ],
  ['docker/web.Dockerfile', ['COPY main.js ./'], ['web/main.js'], 'web'],
  ['docker/Dockerfile', ['COPY . .'], ['main.go', 'docker/entrypoint'], '.'],
  ['deploy/Dockerfile', ['COPY . .'], ['main.go', 'deploy/web.yaml', 'deploy/.dockerignore'], '.'],
  ['web/Dockerfile', ['COPY . .'], ['web/main.go', 'main.go'], 'web'],
  ['web/Dockerfile', ['COPY *.csproj ./'], ['web/web.csproj'], 'web'],
  ['web/Dockerfile', ['COPY ["package.json", "a file.txt", "/app/"]'], ['package.json', 'a file.txt'], '.'],
  // what is made by a stage, comes from the web or is named by a variable says nothing
  ['web/Dockerfile', ['COPY --from=build /x /x', 'ADD https://a/b /b', 'COPY $DIR /c'], ['main.go'], 'web'],
  ['web/Dockerfile', ['COPY dist/ /app'], ['main.go'], 'web'],
])('%s with %j is built in the folder that has it', (path, copies, files, context) => {
  expect(choose(path, copies, files).context).toBe(context);
});

it('tells what has to be made before', () => {
  expect(choose('web/Dockerfile', ['COPY target/app.jar /'], ['web/pom.xml']).missing).toEqual([
    'target/app.jar',
  ]);
});
