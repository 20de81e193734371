import { expect, test } from 'vitest';
import { readLogin } from '../../../tools/local-neon/connection-string.ts';

const read = (url: string) => readLogin({ 'neon-connection-string': url });

test('reads every part, decoded', () => {
  expect(
    read('postgres://a%40b:p%2Fw+@EP-X.Example.test:5432/my%20db?application_name=n%26m'),
  ).toEqual({
    user: 'a@b',
    password: 'p/w+',
    database: 'my db',
    endpoint: 'ep-x',
    applicationName: 'n&m',
  });
});

test('keeps a % that begins no escape', () => {
  expect(read('postgresql://u:100%25%zz%@h/d').password).toBe('100%%zz%');
});

test.each([
  ['', /^invalid connection string: /],
  ['postgresql://ü:p@h/d', /^invalid header: neon-connection-string$/],
  ['mysql://u:p@h/d', /^incorrect scheme$/],
  ['postgresql:u', /^missing database name$/],
  ['postgresql://u:p@h/', /^missing database name$/],
  ['postgresql://h/d', /^missing username$/],
  ['postgresql://u@h/d', /^missing authentication credentials: required password$/],
  ['postgresql://u:p@[::1]/d', /^missing hostname$/],
  ['postgresql://u:%ff@h/d', /^invalid connection string: /],
  ['postgresql://u%00user%00v:p@h/d', /^error encoding message to server: /],
])('refuses %j', (url, message) => {
  expect(() => read(url)).toThrow(message);
});
