import type { Topic } from '../case.ts';
import { expectEqual, expectError, expectStatus, expectTrue } from '../check.ts';
import { unknownId } from '../subject.ts';

export const reading: Topic = {
  name: 'Reading',
  cases: [
    {
      name: 'GET returns the user, with the version as a strong ETag',
      async run(subject) {
        const response = expectStatus(await subject.get(), 200);
        expectEqual('data.id', response.body.data.id, subject.options.user.toLowerCase());
        expectEqual('message', response.body.message, 'Data retrieved successfully');
        const tag = response.headers.get('ETag');
        expectTrue(`"the ETag ${tag} is a version"`, /^"[1-9]\d*"$/.test(tag ?? ''));
      },
    },
    {
      name: 'HEAD returns the same headers without a body',
      async run(subject) {
        const { version } = await subject.now();
        const response = expectStatus(await subject.get({}, 'HEAD'), 200);
        expectEqual('the ETag', response.headers.get('ETag'), version);
        expectEqual('the body', response.text, '');
      },
    },
    {
      name: 'the id may be in upper case',
      async run({ api, options }) {
        expectStatus(await api.send({ path: `/api/v1/user/${options.user.toUpperCase()}` }), 200);
      },
    },
    {
      name: 'a malformed user id is refused',
      async run({ api }) {
        const response = await api.send({ path: '/api/v1/user/nobody' });
        expectError(response, 422, 'validation_failed');
        expectEqual('errors[0].parameter', response.body.errors?.[0]?.parameter, 'user_id');
      },
    },
    {
      name: 'If-None-Match with the current version returns 304, also as a weak ETag or in a list',
      async run(subject) {
        const { version } = await subject.now();
        for (const tags of [version, `W/${version}`, `"0", ${version}`, '*']) {
          const response = expectStatus(await subject.get({ 'If-None-Match': tags }), 304);
          expectEqual(`the ETag for ${tags}`, response.headers.get('ETag'), version);
          expectEqual('the body', response.text, '');
        }
      },
    },
    {
      name: 'If-None-Match with another version returns the user',
      async run(subject) {
        expectStatus(await subject.get({ 'If-None-Match': '"0"' }), 200);
      },
    },
    {
      name: 'If-Match with another version is refused',
      async run(subject) {
        const { version } = await subject.now();
        expectStatus(await subject.get({ 'If-Match': version }), 200);
        expectError(await subject.get({ 'If-Match': '"0"' }), 412, 'precondition_failed');
      },
    },
    {
      name: 'a key with users:all receives 404 for an unknown user',
      needs: ['users:all'],
      async run({ api }) {
        expectError(await api.send({ path: `/api/v1/user/${unknownId()}` }), 404, 'user_not_found');
      },
    },
    {
      name: 'a key of one user receives the same 403 for any other user, existing or not',
      needs: ['another user'],
      async run({ api }) {
        expectError(
          await api.send({ path: `/api/v1/user/${unknownId()}` }),
          403,
          'insufficient_scope',
        );
      },
    },
  ],
};
