/** The path of Chromium: the variable `CHROMIUM`, or Debian's. */
export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
