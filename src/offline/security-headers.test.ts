import { expect, test } from 'vitest';
import { contentSecurityPolicy, embedderPolicy, isOrigin } from './security-headers.ts';

const connectSources = (policy: string): string[] =>
  policy
    .split('; ')
    .find((directive) => directive.startsWith('connect-src '))
    ?.split(' ')
    .slice(1) ?? [];

test('only the own origin may be contacted by default, and no directive opens a host', () => {
  expect(connectSources(contentSecurityPolicy())).toEqual(["'self'"]);
  expect(contentSecurityPolicy()).not.toMatch(/https?:|\*|unsafe-inline|'unsafe-eval'/);
});

test('chosen hosts are added', () => {
  const policy = contentSecurityPolicy(['http://localhost:11434', 'https://hub.example']);
  expect(connectSources(policy)).toEqual(["'self'", 'http://localhost:11434', 'https://hub.example']);
});

test.each([
  '*',
  'https:',
  'https://*',
  "'unsafe-inline'",
  'https://a.example; script-src *',
  'https://a.example/path',
  'https://user@a.example',
  'ftp://a.example',
  'https://a.example https://b.example',
  'https://*.example',
  '',
])('%j does not get into the policy', (source) => {
  expect(isOrigin(source)).toBe(false);
  expect(contentSecurityPolicy([source])).toBe(contentSecurityPolicy());
});

test('browsers that do not know credentialless get require-corp', () => {
  const agents = {
    chrome:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
    safari:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  };
  expect(embedderPolicy(agents.chrome)).toBe('credentialless');
  expect(embedderPolicy(agents.firefox)).toBe('credentialless');
  expect(embedderPolicy(agents.safari)).toBe('require-corp');
});
