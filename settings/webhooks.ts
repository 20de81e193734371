import {
  listDeliveries,
  loadPart,
  Problem,
  setWebhookState,
  testWebhook,
  type Webhook,
} from './api.ts';
import { byId, type Child, keepFocus, make, show, written } from './dom.ts';
import { problemNotice } from './problem.ts';
import { fromNowElement } from './time.ts';

interface Actions {
  onRotate: (webhook: Webhook) => void;
  onDelete: (webhook: Webhook) => void;
  /** After it was paused or resumed. */
  onState: (webhook: Webhook) => void;
}

/** Why a webhook is paused, and what to do. */
const reasons: Record<string, string> = {
  requested: 'Paused on request.',
  gone: 'Paused because the URL returned status 410.',
  failing: 'Paused because nothing could be delivered for three days.',
  owner_inactive: 'Paused because your account was inactive.',
  owner_not_superuser: 'Paused because only superusers receive the changes of all users.',
  cursor_expired:
    'Paused because the changes that it missed are no longer kept. Copy all users again, then delete this webhook and create another.',
};

/** What is shown, by id: the same element while nothing has changed, so that what is unfolded stays so. */
let cards = new Map<string, { json: string; element: HTMLElement }>();

/** Shows the webhooks of a user who can have the changes of all users, or not. */
export function renderWebhooks(
  webhooks: readonly Webhook[],
  getsAll: boolean,
  actions: Actions,
): void {
  const focused = document.activeElement;
  byId('reach').textContent = getsAll
    ? 'You are a superuser: your webhooks get the changes of all users.'
    : 'You are not a superuser: your webhooks get only the changes of your own user.';
  const before = cards;
  cards = new Map(
    webhooks.map((webhook) => {
      const [json, old] = [JSON.stringify(webhook), before.get(webhook.id)];
      if (old?.json === json) return [webhook.id, old];
      const wasOpen = old?.element.querySelector<HTMLDetailsElement>('.deliveries')?.open ?? false;
      return [webhook.id, { json, element: card(webhook, wasOpen, actions) }];
    }),
  );
  byId('webhooks').replaceChildren(...[...cards.values()].map(({ element }) => element));
  show(byId('no-webhooks'), webhooks.length === 0);
  keepFocus(focused, 'webhooks-title');
}

function card(webhook: Webhook, isOpen: boolean, actions: Actions): HTMLElement {
  const { id, url, description, previous_secret_ends_at: end } = webhook;
  const result = make('div', { class: 'result', role: 'status' });
  const deliveries = deliveriesOf(id);
  deliveries.open = isOpen;
  const element = make(
    'li',
    { class: 'panel webhook' },
    make('h3', { class: 'mono' }, written(url)),
  );
  if (description) element.append(make('p', { class: 'description' }, written(description)));
  element.append(stateLine(webhook));
  const fault = faultOf(webhook);
  if (fault) element.append(make('p', { class: 'notice warn' }, ...fault));
  if (end)
    element.append(
      make('p', { class: 'hint' }, 'The old secret signs too. It ends ', fromNowElement(end), '.'),
    );
  element.append(buttons(webhook, result, actions), result, deliveries);
  return element;
}

/** Its state, and what it sends. */
function stateLine({ state, blocked_by, types, fields, all_users }: Webhook): HTMLElement {
  const [style, word] =
    state === 'paused'
      ? ['', 'Paused']
      : blocked_by
        ? ['revoked', 'Failing']
        : ['active', 'Active'];
  const line = make('p', {}, make('span', { class: `badge ${style}` }, word), ' Sends ');
  line.append(
    types ? types.join(', ') : 'all changes',
    all_users ? ' of all users' : ' of your user',
  );
  if (fields) line.append(`, if one of these fields has changed: ${fields.join(', ')}`);
  return line;
}

/** What keeps it from sending, in words; undefined if nothing does. */
function faultOf({ state, paused_reason, blocked_by: event }: Webhook): Child[] | undefined {
  if (state === 'paused') return [reasons[paused_reason ?? ''] ?? 'Paused.'];
  if (!event) return;
  const { type, version, user_id, attempts, since } = event;
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return [
    make('code', {}, type),
    ` (version ${version} of `,
    make('code', {}, user_id),
    `) has failed ${times}, first `,
    fromNowElement(since),
    '. Later events wait for it.',
  ];
}

function buttons(webhook: Webhook, result: HTMLElement, actions: Actions): HTMLElement {
  const { id, url, state } = webhook;
  const button = (label: string, style: string, name: string, action: () => unknown) => {
    const hidden = make('span', { class: 'visually-hidden' }, ' ', written(url));
    const element = make(
      'button',
      { type: 'button', class: `small ${style}`, id: `${name}-${id}` },
      label,
      hidden,
    );
    element.addEventListener('click', action);
    return element;
  };
  let isBusy = false;
  /** Sends one thing at a time. */
  const send = async (pending: string, action: () => Promise<Child>) => {
    if (isBusy) return;
    isBusy = true;
    await fill(result, pending, action);
    isBusy = false;
  };
  const test = () =>
    send('Sending…', async () => {
      const attempt = await testWebhook(id);
      return (await loadAttempts()).attemptElement(attempt);
    });
  const toggle = () =>
    send('Saving…', async () => {
      actions.onState(await setWebhookState(id, state === 'active' ? 'paused' : 'active'));
      return '';
    });
  return make(
    'div',
    { class: 'buttons' },
    button('Send a test', '', 'test', test),
    button(state === 'active' ? 'Pause' : 'Resume', '', 'state', toggle),
    button('Rotate secret', '', 'rotate', () => actions.onRotate(webhook)),
    button('Delete', 'risky', 'delete', () => actions.onDelete(webhook)),
  );
}

/** The latest deliveries, read whenever they are unfolded. */
function deliveriesOf(id: string): HTMLDetailsElement {
  const content = make('div');
  const summary = make('summary', {}, 'Latest deliveries');
  const details = make('details', { class: 'deliveries' }, summary, content);
  details.addEventListener('toggle', () => {
    if (!details.open) return;
    void fill(content, 'Loading…', async () => {
      const attempts = await listDeliveries(id);
      return (await loadAttempts()).attemptList(attempts);
    });
  });
  return details;
}

const loadAttempts = () => loadPart(import('./attempts.ts'));

/** Shows what an action returns, or why it failed; until then, that it is pending. */
async function fill(
  place: HTMLElement,
  pending: string,
  action: () => Promise<Child>,
): Promise<void> {
  place.replaceChildren(make('p', { class: 'muted' }, pending));
  try {
    place.replaceChildren(await action());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    place.replaceChildren(make('div', { role: 'alert' }, problemNotice(error)));
  }
}
