import { parse } from 'yaml';
import type { ConfigFile } from '../../../src/config/schema.ts';
import type { Answers, Proposal } from '../../../src/scaffold/proposal.ts';
import { proposeProject } from '../../../src/scaffold/propose/propose-project.ts';
import { surveyProject } from '../../../src/scaffold/survey/survey-project.ts';
import { makeProject } from '../../unit/config/make-project.ts';

export interface Proposed extends Proposal {
  readonly config: Partial<ConfigFile>;
  /** all that is said beside it */
  readonly said: string;
}

/** What a project with these files gets. */
export async function proposed(
  files: Readonly<Record<string, string>>,
  answers: Answers = {},
): Promise<Proposed> {
  const survey = await surveyProject(await makeProject(files), new AbortController().signal);
  const proposal = proposeProject(survey, answers);
  if (!proposal) throw new Error('there is no proposal');
  const { reasons, questions, leftOut } = proposal;
  const said = [
    ...reasons.flatMap(({ what, why }) => [what, ...why]),
    ...questions.map(({ ask, answer, why }) => `${ask} ${answer}, since ${why}`),
    ...leftOut,
  ];
  return { ...proposal, config: parse(proposal.yaml) as Partial<ConfigFile>, said: said.join('\n') };
}

/** A Deployment of one container, and with a port a Service. */
export function workload(name: string, image: string, port?: number): string {
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
`;
  if (port === undefined) return deployment;
  return `${deployment}---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${name} }
  ports: [{ port: ${port} }]
`;
}
