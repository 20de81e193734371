import type { Topic } from '../case.ts';
import { answered, names, refused, Skip, same } from '../check.ts';
import { nobody, type Subject } from '../subject.ts';

/** A field that does least harm if a server changes it against the contract; it is put back then too. */
const FIELD = 'used_trial';

/** Demands that a key may not change a billing field, and may send back what stands. */
async function cannotBill(subject: Subject, key: string): Promise<void> {
  const { api, path } = subject;
  const before = await subject.now();
  const put = (body: object, headers: Record<string, string> = {}) =>
    api.send({ method: 'PUT', path, key, body, headers: { 'If-Match': '*', ...headers } });
  for (const headers of [{}, { Prefer: 'validate-only' }]) {
    const answer = await put({ [FIELD]: !before.user[FIELD] }, headers);
    refused(answer, 403, 'field_not_writable');
    names(answer, { pointer: `/${FIELD}` }, 'not_writable');
  }
  same('the user', await subject.now(), before);
  answered(await put({ [FIELD]: before.user[FIELD] }), 200);
}

export const permissions: Topic = {
  name: 'Permissions',
  cases: [
    {
      name: 'GET /api/v1/keys/self shows what the key may do',
      async run({ api, own }) {
        const { body } = answered(await api.send({ path: '/api/v1/keys/self' }), 200);
        same('writable_fields', body.data.writable_fields, own.writable_fields);
      },
    },
    {
      name: 'the given key cannot change a billing field, but can send back its current value',
      needs: ['user:write', 'an ordinary key'],
      run: (subject) => cannotBill(subject, subject.api.key),
    },
    {
      name: 'a new profile key may not change a billing field either',
      needs: ['keys:write', 'the owner'],
      async run(subject) {
        const made = answered(await subject.makeKey({ role: 'profile' }), 201);
        await cannotBill(subject, made.body.data.key);
      },
    },
    {
      name: 'a new read_only key reads, and changes nothing',
      needs: ['keys:write', 'the owner'],
      async run(subject) {
        const { api, path } = subject;
        const { key } = answered(await subject.makeKey({ role: 'read_only' }), 201).body.data;
        answered(await api.send({ path, key }), 200);
        const answer = await api.send({ method: 'PUT', path, key, body: {} });
        refused(answer, 403, 'insufficient_scope');
      },
    },
    {
      name: 'a new profile key reaches only its owner',
      needs: ['keys:write'],
      async run(subject) {
        const { key } = answered(await subject.makeKey({ role: 'profile' }), 201).body.data;
        const path = `/api/v1/user/${nobody()}`;
        refused(await subject.api.send({ path, key }), 403, 'insufficient_scope');
      },
    },
    {
      name: 'a key that demands a condition refuses an update without one',
      needs: ['keys:write', 'the owner', 'user:write'],
      async run(subject) {
        const draft = { role: 'profile', require_precondition: true };
        const { key } = answered(await subject.makeKey(draft), 201).body.data;
        const put = (headers: Record<string, string>) =>
          subject.api.send({ method: 'PUT', path: subject.path, key, body: {}, headers });
        refused(await put({}), 428, 'precondition_required');
        const { version } = await subject.now();
        for (const name of ['If-Match', 'Base-Version'])
          answered(await put({ [name]: version }), 200);
        answered(await put({ 'If-None-Match': '"0"' }), 200);
      },
    },
    {
      name: 'a role or a plan that does not exist is refused and named',
      needs: ['billing:write'],
      async run(subject) {
        const before = await subject.now();
        for (const field of ['active_billing_plan_id', 'next_billing_plan_id']) {
          const answer = await subject.put({ [field]: nobody() });
          names(refused(answer, 422, 'reference_not_found'), { pointer: `/${field}` }, 'not_found');
        }
        same('the user', await subject.now(), before);
      },
    },
    {
      name: 'the address of another user is refused',
      needs: ['user:write'],
      async run(subject) {
        const email = subject.options.takenEmail;
        if (!email) throw new Skip('needs --taken-email');
        // Only validated: a server that took it would have given an account away.
        const answer = await subject.put({ email }, { Prefer: 'validate-only' });
        names(refused(answer, 409, 'email_taken'), { pointer: '/email' }, 'taken');
      },
    },
  ],
};
