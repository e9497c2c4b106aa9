import { expect, test } from 'vitest';
import { actionOf, hidden } from './entry.ts';

test.each([
  ['DELETE', '/api/v1/members/:id/sessions', 'members.sessions.delete'],
  ['POST', '/api/v1/keys', 'keys.create'],
  ['PATCH', '/api/v1/projects/:slug', 'projects.change'],
  ['PUT', '/api/v1/sso', 'sso.change'],
])('%s %s is %s', (method, route, action) => {
  expect(actionOf(method, route)).toBe(action);
});

test('what is called secret is hidden, however deep', () => {
  expect(
    hidden({
      name: 'x',
      password: 'p',
      clientSecret: 's',
      parts: [{ token: 't', url: 'u' }],
      key: 'k',
      code: '123456',
    }),
  ).toEqual({
    name: 'x',
    password: '(hidden)',
    clientSecret: '(hidden)',
    parts: [{ token: '(hidden)', url: 'u' }],
    key: '(hidden)',
    code: '(hidden)',
  });
});
