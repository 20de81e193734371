// An empty Worker. It shows what the start of workerd itself costs.

export default { fetch: () => new Response('nothing') };
