import { allUsersScope } from '../src/permissions.ts';
import {
  type ApiKey,
  listKeys,
  listNewest,
  listWebhooks,
  loadPart,
  onSignedOut,
  Problem,
  readSession,
  type Session,
  type Webhook,
} from './api.ts';
import type { Outcome } from './dialog.ts';
import { byId, type Child, written } from './dom.ts';
import { renderKeys, wireTools } from './key-list.ts';
import { closeAllDialogs, isDialogOpen } from './open-dialogs.ts';
import { renderRoleGuide } from './role-guide.ts';
import { isShown, showFailure, showScreen, showSignedOut, tell } from './screens.ts';
import { takeSignInMessage } from './sign-in.ts';
import { keepFresh, tellOtherTabs } from './tabs.ts';
import { renderWebhooks } from './webhooks.ts';

let session: Session | undefined;
/** The newest keys, and the cursor of older ones, if there are any. */
let newest: ApiKey[] = [];
let next: string | null = null;
/** Older keys that work. A user who rotates a key every hour has hundreds that no longer work. */
let olderActive: ApiKey[] = [];
let webhooks: Webhook[] = [];
let signInMessage: string | undefined;
let rendered = '';

/** All keys that are read, the newest first. */
const keys = (): ApiKey[] => {
  const ids = new Set(newest.map(({ id }) => id));
  return [...newest, ...olderActive.filter(({ id }) => !ids.has(id))];
};

/** Reads keys: of the newest as many as before, and all that work. */
async function readKeys() {
  const page = await listNewest(newest.length);
  const rest = page.next ? await listNewest(Number.POSITIVE_INFINITY, { state: 'active' }) : null;
  return { ...page, active: rest?.keys ?? [] };
}

/** Reads who is signed in, their keys and their webhooks. All at once, because most are signed in. */
async function read(): Promise<void> {
  const [who, page, hooks] = await Promise.all([readSession(), readKeys(), listWebhooks()]);
  // Another user may have signed in in another tab.
  if (who.email !== session?.email) tell();
  session = who;
  ({ keys: newest, next, active: olderActive } = page);
  webhooks = hooks;
}

function render(): void {
  if (!session) return;
  byId('email').replaceChildren(written(session.email));
  renderRoleGuide(session.scopes);
  renderLists();
  showScreen('content', true);
}

/** Loads all that the page shows; what is shown stays where it is. */
const refresh = (): Promise<void> =>
  attempt(async () => {
    await read();
    render();
  });

function load(): Promise<void> {
  showScreen('loading', session !== undefined);
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
  return !isShown('content') || contents() !== rendered;
}

/** All that is read and shown. */
const contents = (): string =>
  JSON.stringify([session?.email, session?.scopes, keys(), next, webhooks]);

async function begin(): Promise<void> {
  // Without the message, the page is as after any visit.
  signInMessage = await takeSignInMessage().catch(() => undefined);
  await load();
}

const showMore = (): Promise<void> =>
  attempt(async () => {
    if (next === null) return;
    const page = await listKeys({ cursor: next });
    newest = [...newest, ...page.keys];
    next = page.next;
    renderLists();
    tell(`${page.keys.length} more keys are shown.`);
    if (next === null) byId('keys-title').focus();
  });

/** Runs what needs the API. */
async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) return; // Its listener has shown it.
    showFailure(error, session !== undefined);
  }
}

function signOut(): void {
  if (isShown('signed-out')) return; // Two requests can find it out at once.
  const hasEnded = session !== undefined;
  session = undefined;
  newest = [];
  next = null;
  olderActive = [];
  webhooks = [];
  closeAllDialogs();
  renderLists();
  showSignedOut(hasEnded ? 'You have been signed out. Sign in again.' : signInMessage, hasEnded);
}

function renderLists(): void {
  renderKeys(keys(), next !== null, {
    edit: (key) => open(keyDialogs, ({ openEdit }) => openEdit(key, outcome)),
    rotate: (key) => open(keyDialogs, ({ openRotate }, who) => openRotate(key, who, outcome)),
    revoke: (key) => open(keyDialogs, ({ openRevoke }) => openRevoke(key, outcome)),
  });
  renderWebhooks(webhooks, session?.scopes.includes(allUsersScope) ?? false, {
    onRotate: (webhook) =>
      open(webhookDialogs, ({ openRotateSecret }) => openRotateSecret(webhook, outcome)),
    onDelete: (webhook) => open(webhookDialogs, ({ openDelete }) => openDelete(webhook, outcome)),
    onState: ({ url, state }) => {
      tellOtherTabs();
      void reload(written(url), ` is ${state}.`);
    },
  });
  rendered = contents();
}

/** Loads again and says what has been done. Not before the dialog is closed, or the page would not know where the focus was. */
async function reload(...sentence: Child[]): Promise<void> {
  await refresh();
  if (session && isShown('content')) tell(...sentence);
}

const keyDialogs = () => import('./key-dialogs.ts');
const webhookDialogs = () => import('./webhook-dialogs.ts');

/** Opens a dialog, unless another was opened, or the session has ended, while it was loaded. */
const open = <Dialogs>(
  dialogs: () => Promise<Dialogs>,
  show: (dialogs: Dialogs, session: Session) => void,
) =>
  attempt(async () => {
    tell();
    const loaded = await loadPart(dialogs());
    if (session && !isDialogOpen()) show(loaded, session);
  });

/** What follows any dialog. */
const outcome: Outcome = {
  changed: tellOtherTabs,
  done: (...sentence) => {
    if (session) void reload(...sentence);
  },
  uncertain: () => {
    tellOtherTabs();
    if (session) void refresh();
  },
};

onSignedOut(signOut);
wireTools(renderLists);
for (const id of ['create', 'create-first'])
  byId(id).addEventListener('click', () =>
    open(keyDialogs, ({ openCreate }, who) => openCreate(who, outcome)),
  );
byId('create-webhook').addEventListener('click', () =>
  open(webhookDialogs, ({ openCreateWebhook }) => openCreateWebhook(outcome)),
);
// By then the dialogs are likely to be there when they are opened.
for (const event of ['pointerover', 'focusin'])
  byId('content').addEventListener(event, () => void keyDialogs().catch(() => {}), { once: true });
byId('retry').addEventListener('click', async () => {
  await load();
  byId(isShown('failure') ? 'retry' : 'title').focus();
});
byId('show-more').addEventListener('click', showMore);
// A page that comes back from the browser's memory may show what is no longer true.
addEventListener('pageshow', ({ persisted }) => persisted && load());
// People who sign in or out arrive here next. No top-level await, with which the bundler would split the script further.
void keepFresh({ first: begin(), read: readQuietly, render }).then(tellOtherTabs);
