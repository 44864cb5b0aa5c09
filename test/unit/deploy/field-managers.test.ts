import { describe, expect, it } from 'vitest';
import { conflictsOf, isRockpool, isTool, managerInWords } from '../../../src/deploy/field-managers.ts';
import { ownerOf } from '../../../src/deploy/ownership.ts';

describe('managers', () => {
  it.each([
    ['kubectl', true],
    ['kubectl-client-side-apply', true],
    ['kubectl-edit', true],
    ['helm', true],
    ['Helm', true],
    ['before-first-apply', true],
    ['k9s', true],
    ['kube-controller-manager', false],
    ['vpa-updater', false],
    ['argocd-controller', false],
    ['kustomize-controller', false],
    ['helm-controller', false],
    ['another manager', false],
  ])('%s is a tool of people: %s', (manager, expected) => expect(isTool(manager)).toBe(expected));

  it.each([
    ['rockpool', true],
    ['rockpool-stop', true],
    ['rockpooler', false],
  ])('%s is of rockpool: %s', (manager, expected) => expect(isRockpool(manager)).toBe(expected));

  it.each([
    ['kubectl-edit', undefined, 'kubectl edit'],
    ['kubectl', 'scale', 'kubectl scale'],
    ['kubectl-client-side-apply', undefined, 'kubectl apply'],
    ['helm', undefined, 'helm'],
  ])('%s %s is called %s', (manager, subresource, words) => {
    expect(managerInWords(manager, subresource)).toBe(words);
  });

  it('are read from the causes of a refusal, others left out', () => {
    const causes = [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubectl" with subresource "scale" using apps/v1',
        field: '.spec.replicas',
      },
      { reason: 'FieldManagerConflict', message: 'something new' },
      { reason: 'FieldValueInvalid', message: 'conflict with "x"', field: '.spec' },
    ];
    expect(conflictsOf(causes)).toEqual([
      { manager: 'kubectl', subresource: 'scale', field: 'spec.replicas' },
      { manager: 'another manager', field: '' },
    ]);
  });
});

describe('ownerOf', () => {
  const entry = (manager: string) => ({ manager, operation: 'Update', fieldsV1: {} });
  it.each([
    ['kubectl apply', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }],
    ['helm release db', { annotations: { 'meta.helm.sh/release-name': 'db' } }],
    ['Skaffold', { labels: { 'skaffold.dev/run-id': 'x' } }],
    ['kubectl create', { managedFields: [entry('kube-controller-manager'), entry('kubectl-create')] }],
    ['kube-controller-manager', { managedFields: [entry('kube-controller-manager')] }],
    ['somebody', {}],
  ])('names %s', (maker, metadata) => {
    expect(ownerOf({ metadata }, 'shop')).toEqual({ kind: 'others', maker });
  });

  it.each([
    ['nobody', undefined],
    ['project', { metadata: { labels: { 'rockpool.dev/app': 'shop' } } }],
    [
      'adopted',
      { metadata: { labels: { 'rockpool.dev/app': 'shop' }, annotations: { 'rockpool.dev/adopted': '{}' } } },
    ],
    ['app', { metadata: { labels: { 'rockpool.dev/app': 'other' } } }],
  ])('tells %s', (kind, object) => expect(ownerOf(object, 'shop').kind).toBe(kind));
});
