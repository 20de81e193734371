/** Keys in the format of released versions, with their SHA-256. They must always work. */
export const OLD_KEYS = [
  [
    'in-xnesJyh4w7CXC1uwfUuXGNVac5i16vZmbccS74emlwe',
    'afcdcafa441a45619522af6de700f0c4baf57e117793de1b560300bfaf6a891a',
  ],
  [
    'in-cA7B83dLlp6mjqHP9qpUAoZPERAfX9acHOX503Z4m1M',
    '7471545b223e3b8a596de03738733bd09af4b7401c997e47e8c255c2a351cb5d',
  ],
] as const;
