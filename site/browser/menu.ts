/** Shows the reader's place in the menu; closes it when one of its links leads to a place of the same page. */
export function wireMenu(): void {
  const menu = document.getElementById('menu');
  menu?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  menu?.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a') && menu.matches(':popover-open'))
      menu.hidePopover();
  });
}
