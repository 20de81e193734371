import type { Topic } from '../case.ts';
import { answered, holds, refused, same } from '../check.ts';
import { nobody } from '../subject.ts';

export const reading: Topic = {
  name: 'Reading',
  cases: [
    {
      name: 'GET returns the user, with their version as a strong ETag',
      async run(subject) {
        const answer = answered(await subject.get(), 200);
        same('data.id', answer.body.data.id, subject.options.user.toLowerCase());
        same('message', answer.body.message, 'Data retrieved successfully');
        const tag = answer.headers.get('ETag');
        holds(`"the ETag ${tag} is a version"`, /^"[1-9]\d*"$/.test(tag ?? ''));
      },
    },
    {
      name: 'HEAD returns the same headers, without a body',
      async run(subject) {
        const { version } = await subject.now();
        const answer = answered(await subject.get({}, 'HEAD'), 200);
        same('the ETag', answer.headers.get('ETag'), version);
        same('the body', answer.text, '');
      },
    },
    {
      name: 'the id may be in upper case',
      async run({ api, options }) {
        answered(await api.send({ path: `/api/v1/user/${options.user.toUpperCase()}` }), 200);
      },
    },
    {
      name: 'an id that is no UUID is refused',
      async run({ api }) {
        const answer = await api.send({ path: '/api/v1/user/nobody' });
        refused(answer, 422, 'validation_failed');
        same('errors[0].parameter', answer.body.errors?.[0]?.parameter, 'user_id');
      },
    },
    {
      name: 'If-None-Match of the current version returns 304, also as a weak ETag or a list',
      async run(subject) {
        const { version } = await subject.now();
        for (const tags of [version, `W/${version}`, `"0", ${version}`, '*']) {
          const answer = answered(await subject.get({ 'If-None-Match': tags }), 304);
          same(`the ETag for ${tags}`, answer.headers.get('ETag'), version);
          same('the body', answer.text, '');
        }
      },
    },
    {
      name: 'If-None-Match of another version returns the user',
      async run(subject) {
        answered(await subject.get({ 'If-None-Match': '"0"' }), 200);
      },
    },
    {
      name: 'If-Match of another version is refused',
      async run(subject) {
        const { version } = await subject.now();
        answered(await subject.get({ 'If-Match': version }), 200);
        refused(await subject.get({ 'If-Match': '"0"' }), 412, 'precondition_failed');
      },
    },
    {
      name: 'a user who does not exist is 404 to a key that reaches all',
      needs: ['users:all'],
      async run({ api }) {
        refused(await api.send({ path: `/api/v1/user/${nobody()}` }), 404, 'user_not_found');
      },
    },
    {
      name: 'a key of one user gets the same 403 for every other user, existing or not',
      needs: ['another user'],
      async run({ api }) {
        refused(await api.send({ path: `/api/v1/user/${nobody()}` }), 403, 'insufficient_scope');
      },
    },
  ],
};
