/** A Chromium of the machine; the variable `CHROMIUM` names another one than Debian's. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
