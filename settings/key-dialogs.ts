// Loaded when one of these dialogs is opened for the first time.

export { openCreate } from './create-key.ts';
export { openEdit } from './edit-key.ts';
export { openRevoke } from './revoke-key.ts';
export { openRotate } from './rotate-key.ts';
