import { isDialogOpen } from './open-dialogs.ts';

// Keys and the session change in other tabs, on the command line and on other devices, too.

const channel = new BroadcastChannel('settings');

/** Tells the other tabs of this page that the keys or the session may have changed. */
export const tellOtherTabs = (): void => channel.postMessage('changed');

interface Fresh {
  /** What is read first. */
  first: Promise<void>;
  /** Reads again; whether what is shown is out of date then. */
  read: () => Promise<boolean>;
  render: () => void;
}

/**
 * Reads again when another tab says that something has changed, and when somebody comes back to this
 * one. Under an open dialog the page stays as it is until the dialog is closed, so that the focus finds
 * its way back. Resolves when the first reading is done.
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
    if (!isReading && document.visibilityState === 'visible') onStale();
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
