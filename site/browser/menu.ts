/** Scrolls the menu to the current page, and closes it when the reader follows one of its links. */
export function wireMenu(): void {
  const menu = document.getElementById('menu');
  menu?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  menu?.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a') && menu.matches(':popover-open'))
      menu.hidePopover();
  });
}
