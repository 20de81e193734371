import {
  type Key,
  listKeys,
  type NewKey,
  onSignedOut,
  Problem,
  readSession,
  type Session,
} from './api.ts';
import { openRevoke, openRotate, wireChanges } from './change.ts';
import { openCreate, wireCreate } from './create.ts';
import { closeAllDialogs, problemNotice } from './dialog.ts';
import { byId, make, show } from './dom.ts';
import { renderKeys } from './list.ts';
import { fieldCount, roleDetails, roleNames, roleSummary, roleTitle, whyNot } from './roles.ts';
import { showSecret } from './secret.ts';
import { takeSignInMessage } from './sign-in.ts';

/** The page shows exactly one of these. */
const STATES = ['loading', 'signed-out', 'failure', 'content'] as const;

let session: Session | undefined;
let keys: Key[] = [];
let next: string | null = null;

/** Loads all that the page shows. Both requests at once: to most people both are answered. */
async function load(): Promise<void> {
  showState('loading');
  await attempt(async () => {
    const [who, page] = await Promise.all([readSession(), listKeys()]);
    session = who;
    ({ keys, next } = page);
    byId('email').textContent = who.email;
    renderRoleGuide(who);
    renderList();
    showState('content');
  });
}

/** Loads the list again, while the old one stays where it is. */
const refresh = (): Promise<void> =>
  attempt(async () => {
    ({ keys, next } = await listKeys());
    renderList();
  });

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
  tell('');
}

function showSignedOut(): void {
  if (!byId('signed-out').hidden) return; // Two requests can find it out at once.
  const ended = session !== undefined;
  const message = ended ? 'Your session has ended. Sign in again to go on.' : signInMessage;
  session = undefined;
  keys = [];
  next = null;
  closeAllDialogs();
  renderList();
  byId('email').textContent = '';
  show(byId('sign-in-text'), !message);
  if (message)
    byId('sign-in-message').replaceChildren(
      make('div', { class: 'notice warn' }, make('p', {}, message)),
    );
  showState('signed-out');
  if (ended) byId('signed-out-title').focus();
}

const renderList = (): void =>
  renderKeys(keys, next !== null, { onRotate: openRotate, onRevoke: openRevoke });

function renderRoleGuide({ scopes }: Session): void {
  byId('role-guide').replaceChildren(
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
function tell(text: string): void {
  byId('status').textContent = text;
}

function showNewKey(key: NewKey, title: string, oldKey?: string): void {
  showSecret({
    title,
    key,
    firstName: session?.first_name ?? null,
    ...(oldKey && { oldKey }),
    onClose: () => session && afterChange(`${title}.`),
  });
}

/** Not before the dialog is closed, or the page would not know where the focus was. */
async function afterChange(text: string): Promise<void> {
  await refresh();
  if (session && !byId('content').hidden) tell(text);
}

const signInMessage = takeSignInMessage();
onSignedOut(showSignedOut);
wireCreate(
  (key) => showNewKey(key, `“${key.name}” is created`),
  () => session && refresh(),
);
wireChanges({
  onRotated: (key, oldKey) => showNewKey(key, `“${key.name}” is rotated`, oldKey),
  onRevoked: (key) => afterChange(`“${key.name}” is revoked.`),
  onUncertain: () => session && refresh(),
});
for (const id of ['create', 'create-first'])
  byId(id).addEventListener('click', () => {
    tell('');
    if (session) openCreate(session);
  });
byId('retry').addEventListener('click', async () => {
  await load();
  byId(byId('failure').hidden ? 'title' : 'retry').focus();
});
byId('show-more').addEventListener('click', showMore);
// A page that comes back from the browser's memory may show what is no longer true.
addEventListener('pageshow', ({ persisted }) => persisted && load());
await load();
