// A Worker without anything: what starting costs workerd itself.

export default { fetch: () => new Response('nothing') };
