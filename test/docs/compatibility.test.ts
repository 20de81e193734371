import { describe, expect, test } from 'vitest';
import { breakingChanges } from '../../site/openapi/compatibility.ts';
import { document, type Json } from '../support/document.ts';

// The diff tool and our additions must recognize every breaking change.

const USER = '/api/v1/user/{user_id}';

/** Returns the breaking changes of a changed document. */
function breaches(change: (parts: { paths: Json; schemas: Json; now: Json }) => void): string[] {
  const now = structuredClone(document);
  change({ paths: now.paths, schemas: now.components.schemas, now });
  return breakingChanges(document, now);
}

const without = (list: string[], name: string): string[] => list.filter((other) => other !== name);

describe('breaks clients:', () => {
  test.each<[string, Parameters<typeof breaches>[0]]>([
    ['an operation is removed', ({ paths }) => delete paths[USER].patch],
    ['a path is removed', ({ paths }) => delete paths['/api/v1/keys/self']],
    [
      'a member of a response is removed',
      ({ schemas: { User } }) => {
        delete User.properties.first_name;
        User.required = without(User.required, 'first_name');
      },
    ],
    [
      'a member of a response becomes optional',
      ({ schemas: { User } }) => {
        User.required = without(User.required, 'first_name');
      },
    ],
    [
      'a member of a response becomes nullable',
      ({ schemas }) => {
        schemas.User.properties.is_active.type = ['boolean', 'null'];
      },
    ],
    [
      'a member of a response has another type',
      ({ schemas }) => {
        schemas.User.properties.follower_count = { type: 'string' };
      },
    ],
    [
      'a new member of a body is required',
      ({ schemas: { Rotation } }) => {
        Rotation.properties.reason = { type: 'string' };
        Rotation.required = ['reason'];
      },
    ],
    [
      'a member of a body becomes required',
      ({ schemas }) => schemas.KeyDraft.required.push('description'),
    ],
    [
      'a member of a body is removed',
      ({ schemas }) => delete schemas.UserUpdate.properties.first_name,
    ],
    [
      'a member of a body is no longer nullable',
      ({ schemas }) => {
        schemas.UserUpdate.properties.first_name.type = 'string';
      },
    ],
    ['a value of a body is removed', ({ schemas }) => schemas.KeyDraft.properties.role.enum.pop()],
    [
      'the maximum length of a text is smaller',
      ({ schemas }) => {
        schemas.UserUpdate.properties.first_name.maxLength = 10;
      },
    ],
    [
      'a parameter becomes required',
      ({ now }) => {
        now['x-optional-headers']['If-Match'].required = true;
      },
    ],
    [
      'a parameter has a narrower range',
      ({ paths }) => {
        paths['/api/v1/keys'].get.parameters[0].schema.maximum = 10;
      },
    ],
    ['a parameter is removed', ({ paths }) => paths['/api/v1/keys'].get.parameters.shift()],
    ['an optional header is removed', ({ paths }) => paths[USER].put['x-optional-headers'].shift()],
    ['a status is removed', ({ paths }) => delete paths[USER].put.responses[204]],
    ['a header is removed', ({ paths }) => delete paths[USER].get.responses[200].headers.ETag],
    [
      'a header of every response is removed',
      ({ now }) => delete now['x-common-headers']['X-Request-Id'],
    ],
    [
      'a media type is removed',
      ({ paths }) => delete paths[USER].patch.requestBody.content['application/json'],
    ],
    ['a security scheme is removed', ({ paths }) => paths[USER].get.security.shift()],
  ])('%s', (_, change) => {
    expect(breaches(change)).not.toEqual([]);
  });
});

describe('breaks nobody:', () => {
  test.each<[string, Parameters<typeof breaches>[0]]>([
    ['nothing', () => undefined],
    [
      'other words',
      ({ paths, schemas }) => {
        paths[USER].get.summary = 'Look at a user';
        schemas.User.description = 'Somebody.';
      },
    ],
    [
      'a new operation',
      ({ paths }) => {
        paths['/api/v1/other'] = { get: { ...paths['/healthz'].get, operationId: 'other' } };
      },
    ],
    [
      'a new optional member of a body',
      ({ schemas }) => {
        schemas.Rotation.properties.reason = { type: 'string' };
      },
    ],
    [
      'a new member of a response',
      ({ schemas: { User } }) => {
        User.properties.nickname = { type: 'string' };
        User.required.push('nickname');
      },
    ],
    [
      'a member of a body becomes nullable',
      ({ schemas }) => {
        schemas.UserUpdate.properties.is_active.type = ['boolean', 'null'];
      },
    ],
    ['a new value of a body', ({ schemas }) => schemas.KeyDraft.properties.role.enum.push('other')],
    [
      'the maximum length of a text is larger',
      ({ schemas }) => {
        schemas.UserUpdate.properties.first_name.maxLength = 1000;
      },
    ],
    [
      'a new optional parameter',
      ({ paths }) => paths[USER].get.parameters.push({ name: 'x', in: 'query', schema: {} }),
    ],
    [
      'a new error',
      ({ paths, schemas }) => {
        schemas.Problem.properties.code.enum.push('teapot');
        paths[USER].get.responses[418] = paths[USER].get.responses[404];
      },
    ],
    [
      'another header that pages may read',
      ({ now }) => {
        now['x-common-headers']['Access-Control-Expose-Headers'].schema.const += ', Other';
      },
    ],
  ])('%s', (_, change) => {
    expect(breaches(change)).toEqual([]);
  });
});
