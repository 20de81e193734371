import { existsSync } from 'node:fs';

/** Debian's Chromium without the parts for a screen, which takes half of the processor time, and the whole. */
const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** The path of Chromium: the variable `CHROMIUM`, or Debian's. */
export const CHROMIUM = process.env['CHROMIUM'] ?? PLACES.find(existsSync) ?? '/usr/bin/chromium';
