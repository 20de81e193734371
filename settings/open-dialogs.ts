// The dialogs are loaded on demand; the page itself needs to know only whether one is open.

export const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;

export function closeAllDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) if (dialog.open) dialog.close();
}
