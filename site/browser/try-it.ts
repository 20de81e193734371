import { make, show, within } from '../../settings/dom.ts';
import { escapeHidden } from '../../src/http/visible-text.ts';
import { linkToKey, ownKey } from './own-values.ts';

/** How long a response may take, in milliseconds; more than the API itself allows. */
const PATIENCE = 35_000;

/** Makes the forms send their requests from this page to this server. */
export function wireTryIt(): void {
  for (const panel of document.querySelectorAll<HTMLElement>('.try')) {
    show(panel);
    const form = within<HTMLFormElement>(panel, 'form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void send(form);
    });
    for (const filler of form.querySelectorAll<HTMLElement>('[data-body]'))
      filler.addEventListener('click', () => {
        within<HTMLTextAreaElement>(form, 'textarea').value = filler.dataset['body'] ?? '';
      });
  }
}

async function send(form: HTMLFormElement): Promise<void> {
  const button = within<HTMLButtonElement>(form, 'button[type="submit"]');
  const status = within(form, '.send-status');
  const outcome = within(form, '.outcome');
  const isKeyed = form.dataset['keyed'] !== undefined;
  const key = ownKey();
  outcome.replaceChildren();
  if (isKeyed && !key) {
    status.replaceChildren(linkToKey(), ', then send again.');
    return;
  }
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  status.textContent = 'Waiting for the response…';
  try {
    const request = requestOf(form, isKeyed ? key : undefined);
    const started = performance.now();
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    const text = await response.text();
    status.replaceChildren(...statusLine(response, performance.now() - started));
    outcome.replaceChildren(...shown(response, text));
  } catch (error) {
    status.textContent = `The request could not be sent: ${String(error)}`;
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

/** Returns the only line of the result that a screen reader announces by itself. */
function statusLine({ ok, status, statusText }: Response, ms: number): (Node | string)[] {
  const badge = make('span', { class: `status ${ok ? 'good' : 'bad'}` }, String(status));
  return [badge, ` ${statusText} in ${Math.round(ms)} ms`];
}

function requestOf(form: HTMLFormElement, key: string | undefined): Request {
  const url = new URL(form.dataset['path'] ?? '/', location.origin);
  const headers = new Headers(key ? { Authorization: `Bearer ${key}` } : {});
  for (const { name, value, dataset } of form.querySelectorAll('input')) {
    const text = value.trim();
    if (dataset['in'] === 'path')
      url.pathname = decodeURI(url.pathname).replace(`{${name}}`, encodeURIComponent(text));
    else if (text === '') continue;
    else if (dataset['in'] === 'query') url.searchParams.set(name, text);
    else headers.set(name, text);
  }
  const body = form.querySelector('textarea');
  if (body) headers.set('Content-Type', body.dataset['type'] ?? 'application/json');
  return new Request(url, {
    method: form.dataset['method'] ?? 'GET',
    headers,
    cache: 'no-store',
    // Without cookies, only the key authorizes the request, as for a program.
    credentials: 'omit',
    ...(body && { body: body.value }),
  });
}

/** Returns the elements that show a response. */
function shown(response: Response, text: string): HTMLElement[] {
  const page = problemPage(text);
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}\n`).join('');
  return [
    ...(page ? [make('p', {}, 'What it means: ', make('a', { href: page }, page))] : []),
    make(
      'pre',
      { class: 'response-body', tabindex: '0', 'aria-label': 'Response body' },
      pretty(text),
    ),
    make(
      'details',
      { class: 'more' },
      make('summary', {}, 'Response headers'),
      make('pre', { tabindex: '0', 'aria-label': 'Response headers' }, headers),
    ),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const pretty = (text: string): string => {
  const value = parsed(text);
  return value === undefined ? text || '(no body)' : escapeHidden(JSON.stringify(value, null, 2));
};

/** Returns the path of the page about a problem, if it is on this site. */
function problemPage(text: string): string | undefined {
  const { type } = (parsed(text) ?? {}) as { type?: unknown };
  if (typeof type !== 'string' || !type.startsWith(`${location.origin}/docs/errors/`)) return;
  return type.slice(location.origin.length);
}
