import { allUsersScope } from '../src/permissions.ts';
import {
  type ApiKey,
  listKeys,
  listNewest,
  listWebhooks,
  loadPart,
  type NewApiKey,
  type NewWebhook,
  onSignedOut,
  Problem,
  readSession,
  type Session,
  type Webhook,
} from './api.ts';
import { openRevoke, openRotate, wireChanges } from './change.ts';
import { curlFor } from './command.ts';
import { openCreate, wireCreate } from './create.ts';
import { closeAllDialogs, problemNotice } from './dialog.ts';
import { byId, type Child, make, show, written } from './dom.ts';
import { renderKeys } from './list.ts';
import { fieldCount, roleDetails, roleNames, roleSummary, roleTitle, whyNot } from './roles.ts';
import { showSecret } from './secret.ts';
import { takeSignInMessage } from './sign-in.ts';
import { isDialogOpen, keepFresh, tellOtherTabs } from './tabs.ts';
import { fromNowElement } from './time.ts';
import { renderWebhooks } from './webhooks.ts';

/** The page shows exactly one of these. */
const STATES = ['loading', 'signed-out', 'failure', 'content'] as const;

let session: Session | undefined;
let keys: ApiKey[] = [];
let next: string | null = null;
let webhooks: Webhook[] = [];
let signInMessage: string | undefined;
let rendered = '';

/** Reads who is signed in, their keys, as many as before, and their webhooks. All at once, because most are signed in. */
async function read(): Promise<void> {
  const [who, page, hooks] = await Promise.all([
    readSession(),
    listNewest(keys.length),
    listWebhooks(),
  ]);
  // Somebody else may have signed in in another tab.
  if (who.email !== session?.email) tell();
  session = who;
  ({ keys, next } = page);
  webhooks = hooks;
}

function render(): void {
  if (!session) return;
  byId('email').replaceChildren(written(session.email));
  renderRoleGuide(session);
  renderLists();
  showState('content');
}

/** Loads all that the page shows; what is shown stays where it is. */
const refresh = (): Promise<void> =>
  attempt(async () => {
    await read();
    render();
  });

function load(): Promise<void> {
  showState('loading');
  return refresh();
}

/** Reads in the background; whether something else is shown. A failure is not shown: nobody requested it. */
async function readQuietly(): Promise<boolean> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return false;
  }
  return byId('content').hidden === true || contents() !== rendered;
}

/** All that is read and shown. */
const contents = (): string =>
  JSON.stringify([session?.email, session?.scopes, keys, next, webhooks]);

async function begin(): Promise<void> {
  // Without the message, the page is as after any visit.
  signInMessage = await takeSignInMessage().catch(() => undefined);
  await load();
}

const showMore = (): Promise<void> =>
  attempt(async () => {
    const page = await listKeys(next ?? undefined);
    keys = [...keys, ...page.keys];
    next = page.next;
    renderLists();
    tell(`${page.keys.length} more keys are shown.`);
    if (next === null) byId('keys-title').focus();
  });

/** Runs what needs the API. A list that may be wrong is not shown: a failure takes its place. */
async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) return; // Its listener has shown it.
    byId('failure-message').replaceChildren(problemNotice(error));
    showState('failure');
    if (session) byId('failure-title').focus();
  }
}

function showState(state: (typeof STATES)[number]): void {
  for (const id of STATES) show(byId(id), id === state);
  show(byId('account'), session !== undefined && state !== 'signed-out');
  if (state === 'content') return;
  show(byId('create'), false);
  tell();
}

function showSignedOut(): void {
  if (!byId('signed-out').hidden) return; // Two requests can find it out at once.
  const ended = session !== undefined;
  const message = ended ? 'You have been signed out. Sign in again.' : signInMessage;
  session = undefined;
  keys = [];
  next = null;
  webhooks = [];
  closeAllDialogs();
  renderLists();
  byId('email').replaceChildren();
  show(byId('sign-in-text'), !message);
  if (message)
    byId('sign-in-message').replaceChildren(
      make('div', { class: 'notice warn' }, make('p', {}, message)),
    );
  showState('signed-out');
  if (ended) byId('signed-out-title').focus();
}

function renderLists(): void {
  renderKeys(keys, next !== null, { onRotate: openRotate, onRevoke: openRevoke });
  renderWebhooks(webhooks, session?.scopes.includes(allUsersScope) ?? false, {
    onRotate: (webhook) =>
      withDialogs(({ openRotateSecret }) => openRotateSecret(webhook, listeners)),
    onDelete: (webhook) => withDialogs(({ openDelete }) => openDelete(webhook, listeners)),
    onState: ({ url, state }) => {
      tellOtherTabs();
      void reload(written(url), ` is ${state}.`);
    },
  });
  rendered = contents();
}

function renderRoleGuide({ scopes }: Session): void {
  const guide = byId('role-guide');
  if (guide.dataset['scopes'] === scopes.join()) return; // What is unfolded stays so.
  guide.dataset['scopes'] = scopes.join();
  guide.replaceChildren(
    ...roleNames.map((role) => {
      const summary = make(
        'summary',
        {},
        make('span', { class: 'strong' }, roleTitle(role)),
        make('span', { class: 'muted' }, fieldCount(role)),
      );
      const reason = whyNot(role, scopes);
      if (reason) summary.append(make('span', { class: 'badge' }, reason));
      return make('details', {}, summary, make('p', {}, roleSummary(role)), roleDetails(role));
    }),
  );
}

/** Says in a sentence what has been done, to eyes and to screen readers. */
function tell(...sentence: Child[]): void {
  byId('status').replaceChildren(...sentence);
}

function showNewKey(key: NewApiKey, verb: string, oldKey: Child[] = []): void {
  tellOtherTabs();
  showSecret({
    title: ['“', written(key.name), `” is ${verb}`],
    label: 'Key',
    secret: key.key,
    command: curlFor(key, session?.first_name ?? null),
    facts: [
      `Its role is ${roleTitle(key.role)}. It `,
      ...(key.expires_at ? ['expires ', fromNowElement(key.expires_at)] : ['never expires']),
      '.',
    ],
    old: oldKey,
    onClose: () => session && showChange(key, verb),
  });
}

const showChange = (key: ApiKey, verb: string): Promise<void> =>
  reload('“', written(key.name), `” is ${verb}.`);

/** Loads anew and says what has been done. Not before the dialog is closed, or the page would not know where the focus was. */
async function reload(...sentence: Child[]): Promise<void> {
  await refresh();
  if (session && !byId('content').hidden) tell(...sentence);
}

function showNewSecret(webhook: NewWebhook, what: string): void {
  tellOtherTabs();
  const { url, previous_secret_ends_at: end } = webhook;
  showSecret({
    title: [what],
    label: 'Secret',
    secret: webhook.secret,
    facts: ['It signs what is sent to ', written(url), ', so that your program can verify it.'],
    old: end ? ['The old secret signs too. It ends ', fromNowElement(end), '.'] : [],
    onClose: () => session && reload(`${what}.`),
  });
}

/** Opens a dialog about webhooks, unless another was opened, or the session has ended, while it was loaded. */
const withDialogs = (open: (dialogs: typeof import('./webhook-dialogs.ts')) => void) =>
  attempt(async () => {
    const dialogs = await loadPart(import('./webhook-dialogs.ts'));
    if (session && !isDialogOpen()) open(dialogs);
  });

/** What follows a dialog about webhooks. */
const listeners = {
  onCreated: (webhook: NewWebhook) => showNewSecret(webhook, 'The webhook is created'),
  onRotated: (webhook: NewWebhook) => showNewSecret(webhook, 'The secret is rotated'),
  onDeleted: () => {
    tellOtherTabs();
    void reload('The webhook is deleted.');
  },
  onUncertain: () => afterUncertainty(),
};

function afterUncertainty(): void {
  tellOtherTabs();
  if (session) void refresh();
}

onSignedOut(showSignedOut);
wireCreate((key) => showNewKey(key, 'created'), afterUncertainty);
wireChanges({
  onRotated: (key, oldKey) => showNewKey(key, 'rotated', oldKey),
  onRevoked: (key) => {
    tellOtherTabs();
    void showChange(key, key.state);
  },
  onUncertain: afterUncertainty,
});
byId('create-webhook').addEventListener('click', () => {
  tell();
  void withDialogs(({ openCreateWebhook }) => openCreateWebhook(listeners));
});
for (const id of ['create', 'create-first'])
  byId(id).addEventListener('click', () => {
    tell();
    if (session) openCreate(session);
  });
byId('retry').addEventListener('click', async () => {
  await load();
  byId(byId('failure').hidden ? 'title' : 'retry').focus();
});
byId('show-more').addEventListener('click', showMore);
// A page that comes back from the browser's memory may show what is no longer true.
addEventListener('pageshow', ({ persisted }) => persisted && load());
// People who sign in or out arrive here next. No top-level await, with which the bundler would split the script further.
void keepFresh({ first: begin(), read: readQuietly, render }).then(tellOtherTabs);
