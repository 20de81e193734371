// Keys and the session change in other tabs, on the command line and on other devices, too.

const channel = new BroadcastChannel('settings');

/** Tells the other tabs of this page that the keys or the session may have changed. */
export const tellOtherTabs = (): void => channel.postMessage('changed');

const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;

/**
 * Reads again and shows what was read, when another tab says that something has changed and when
 * somebody comes back to this one. Not under an open dialog, which would lose its place: after it.
 */
export function keepFresh(read: () => Promise<boolean>, render: () => void): void {
  let isStale = false;
  let isReading = false;
  const catchUp = async () => {
    if (isReading) return;
    isReading = true;
    while (isStale && !isDialogOpen()) {
      isStale = false;
      const hasChanged = await read();
      if (!hasChanged) continue;
      if (isDialogOpen()) isStale = true;
      else render();
    }
    isReading = false;
  };
  const onStale = () => {
    isStale = true;
    void catchUp();
  };
  const onReturn = () => {
    if (!isReading && document.visibilityState === 'visible') onStale();
  };
  channel.addEventListener('message', onStale);
  addEventListener('focus', onReturn);
  document.addEventListener('visibilitychange', onReturn);
  // The event does not bubble.
  document.addEventListener('close', () => void catchUp(), { capture: true });
}
