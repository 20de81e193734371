import { make } from './dom.ts';

const MOST = 100;

export const nameField = (name = ''): HTMLInputElement => {
  const input = make('input', { id: 'name', required: true, autocomplete: 'off' });
  input.value = name;
  return input;
};

/** What is wrong with a name, in words; undefined if nothing is. */
export function nameFault({ value }: HTMLInputElement): string | undefined {
  const length = [...value.trim()].length;
  if (length === 0) return 'Enter a name.';
  return length > MOST ? `Enter at most ${MOST} characters; this name has ${length}.` : undefined;
}
