import { expect, test } from 'vitest';
import {
  environmentNames,
  fieldOf,
  parseDocument,
  withField,
} from '../../../../../renderer/features/deploy-files/document.ts';

test('a field is set where it was, and taken away with what is empty around it then', () => {
  const document = { image: { repository: 'a' }, replicas: 2 };
  expect(JSON.stringify(withField(document, ['image', 'repository'], 'b'))).toBe(
    '{"image":{"repository":"b"},"replicas":2}',
  );
  expect(withField(document, ['image', 'repository'], undefined)).toEqual({ replicas: 2 });
  expect(withField({}, ['ingress', 'host'], 'a.example.com')).toEqual({ ingress: { host: 'a.example.com' } });
  expect(document).toEqual({ image: { repository: 'a' }, replicas: 2 });
});

test('other fields of the same object stay', () => {
  const document = { ingress: { host: 'a.example.com', path: '/a' } };
  expect(withField(document, ['ingress', 'host'], undefined)).toEqual({ ingress: { path: '/a' } });
  expect(fieldOf(document, ['ingress', 'path'])).toBe('/a');
  expect(fieldOf(document, ['image', 'tag'])).toBeUndefined();
});

test('text that is no object of JSON is no document', () => {
  expect(parseDocument('{"replicas": 1')).toBeNull();
  expect(parseDocument('[1]')).toBeNull();
  expect(parseDocument('{"environments": {"staging": {}, "a": {}}}')).toEqual({
    environments: { staging: {}, a: {} },
  });
});

test('environments are offered by name', () => {
  expect(environmentNames({ environments: { staging: {}, production: {} } })).toEqual([
    'production',
    'staging',
  ]);
  expect(environmentNames({})).toEqual([]);
});
