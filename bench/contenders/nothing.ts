// An empty Worker: what starting costs workerd itself.

export default { fetch: () => new Response('nothing') };
