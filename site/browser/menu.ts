/** Closes the menu of small screens when one of its links leads to another place of the same page. */
export function wireMenu(): void {
  const menu = document.getElementById('menu');
  menu?.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('a') && menu.matches(':popover-open'))
      menu.hidePopover();
  });
}
