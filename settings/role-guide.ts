import type { Scope } from '../src/permissions.ts';
import { byId, make } from './dom.ts';
import { fieldCount, roleDetails, roleNames, roleSummary, roleTitle, whyNot } from './roles.ts';

/** Shows what each role may do, to a user with these scopes. */
export function renderRoleGuide(scopes: readonly Scope[]): void {
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
