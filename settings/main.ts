import {
  type ApiKey,
  listKeys,
  listNewest,
  type NewApiKey,
  onSignedOut,
  Problem,
  readSession,
  type Session,
} from './api.ts';
import { openRevoke, openRotate, wireChanges } from './change.ts';
import { openCreate, wireCreate } from './create.ts';
import { closeAllDialogs, problemNotice } from './dialog.ts';
import { byId, type Child, make, show, written } from './dom.ts';
import { renderKeys } from './list.ts';
import { fieldCount, roleDetails, roleNames, roleSummary, roleTitle, whyNot } from './roles.ts';
import { showSecret } from './secret.ts';
import { takeSignInMessage } from './sign-in.ts';
import { keepFresh, tellOtherTabs } from './tabs.ts';

/** The page shows exactly one of these. */
const STATES = ['loading', 'signed-out', 'failure', 'content'] as const;

let session: Session | undefined;
let keys: ApiKey[] = [];
let next: string | null = null;
let rendered = '';

/** Reads who is signed in and their keys, as many as before. Both at once: to most people both are answered. */
async function read(): Promise<void> {
  const [who, page] = await Promise.all([readSession(), listNewest(keys.length)]);
  // Somebody else may have signed in in another tab.
  if (who.email !== session?.email) tell();
  session = who;
  ({ keys, next } = page);
}

function render(): void {
  if (!session) return;
  byId('email').replaceChildren(written(session.email));
  renderRoleGuide(session);
  renderList();
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
const contents = (): string => JSON.stringify([session?.email, session?.scopes, keys, next]);

const showMore = (): Promise<void> =>
  attempt(async () => {
    const page = await listKeys(next ?? undefined);
    keys = [...keys, ...page.keys];
    next = page.next;
    renderList();
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
  closeAllDialogs();
  renderList();
  byId('email').replaceChildren();
  show(byId('sign-in-text'), !message);
  if (message)
    byId('sign-in-message').replaceChildren(
      make('div', { class: 'notice warn' }, make('p', {}, message)),
    );
  showState('signed-out');
  if (ended) byId('signed-out-title').focus();
}

function renderList(): void {
  renderKeys(keys, next !== null, { onRotate: openRotate, onRevoke: openRevoke });
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
    key,
    firstName: session?.first_name ?? null,
    oldKey,
    onClose: () => session && showChange(key, verb),
  });
}

/** Not before the dialog is closed, or the page would not know where the focus was. */
async function showChange(key: ApiKey, verb: string): Promise<void> {
  await refresh();
  if (session && !byId('content').hidden) tell('“', written(key.name), `” is ${verb}.`);
}

function afterUncertainty(): void {
  tellOtherTabs();
  if (session) void refresh();
}

const signInMessage = takeSignInMessage();
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
await keepFresh({ first: load(), read: readQuietly, render });
// People who sign in or out arrive here next.
tellOtherTabs();
