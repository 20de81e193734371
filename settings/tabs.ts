import { isDialogOpen } from './open-dialogs.ts';

// Keys and the session change in other tabs, on the command line and on other devices, too.

const channel = new BroadcastChannel('settings');

/** Notifies the other tabs of this page that the keys or the session may have changed. */
export const tellOtherTabs = (): void => channel.postMessage('changed');

/** Returning to a tab is two events. One reading after this time, in milliseconds, serves both. */
const RETURN_MS = 50;

interface Fresh {
  /** What is read first. */
  first: Promise<void>;
  /** Reads again; whether what is shown is out of date then. */
  read: () => Promise<boolean>;
  render: () => void;
}

/**
 * Reads again when another tab says that something has changed, and when the user returns to this one,
 * even during a reading, whose result may be older. While a dialog is open, the page stays as it is, so that
 * the focus can return to where it was. Resolves when the first reading is done.
 */
export async function keepFresh({ first, read, render }: Fresh): Promise<void> {
  let isStale = false;
  let isReading = true;
  const catchUp = async () => {
    if (isReading) return;
    isReading = true;
    try {
      while (isStale && !isDialogOpen()) {
        isStale = false;
        const isOutOfDate = await read();
        if (isDialogOpen()) isStale = isOutOfDate;
        else if (isOutOfDate) render();
      }
    } finally {
      isReading = false;
    }
  };
  const onStale = () => {
    isStale = true;
    void catchUp();
  };
  const onReturn = () => {
    if (document.visibilityState !== 'visible') return;
    isStale = true;
    setTimeout(catchUp, RETURN_MS);
  };
  channel.addEventListener('message', onStale);
  addEventListener('focus', onReturn);
  document.addEventListener('visibilitychange', onReturn);
  // The event does not bubble.
  document.addEventListener('close', () => void catchUp(), { capture: true });
  await first;
  isReading = false;
  await catchUp();
}
