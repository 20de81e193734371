import type { Topic } from '../case.ts';
import { expectError, expectErrorAt, expectStatus, expectTrue } from '../check.ts';
import { type Subject, unknownId } from '../subject.ts';

const send = ({ api }: Subject, method: string, path: string, body?: unknown) =>
  api.send({ method, path: `/api/v1/webhooks${path}`, ...(body !== undefined && { body }) });

export const webhooks: Topic = {
  name: 'Webhooks',
  needs: ['webhooks:write'],
  cases: [
    {
      name: 'a URL that leads into a private network is refused',
      async run(subject) {
        for (const [url, code] of [
          ['ftp://hooks.example.com/', 'invalid_format'],
          ['http://hooks.example.com/', 'invalid_format'],
          ['https://hooks.example.com:8443/', 'invalid_format'],
          ['https://me:secret@hooks.example.com/', 'invalid_format'],
          ['https://127.0.0.1/', 'not_public'],
          ['https://2130706433/', 'not_public'],
          ['https://[::1]/', 'not_public'],
        ] as const) {
          const response = await send(subject, 'POST', '', { url });
          expectError(response, 422, 'validation_failed');
          expectErrorAt(response, { pointer: '/url' }, code);
        }
      },
    },
    {
      name: 'the list of webhooks shows no secret',
      async run(subject) {
        const { text } = expectStatus(await send(subject, 'GET', ''), 200);
        expectTrue('"no secret is in the list"', !text.includes('whsec_'));
      },
    },
    {
      name: 'an unknown webhook is not found',
      async run(subject) {
        const id = unknownId();
        expectError(await send(subject, 'GET', `/${id}`), 404, 'webhook_not_found');
        expectError(await send(subject, 'PATCH', `/${id}`, {}), 404, 'webhook_not_found');
        expectError(await send(subject, 'DELETE', `/${id}`), 404, 'webhook_not_found');
      },
    },
  ],
};
