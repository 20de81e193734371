import ours from './ours.js';

// Ours, with a full collection every 200 requests. V8 collects young objects often, but the rest only
// when its own heap is full, and what workerd keeps for a request is mostly outside of it. What grows
// here is a leak. Requires --expose-gc.

const REQUESTS_A_COLLECTION = 200;

let served = 0;

export default {
  fetch(request, env) {
    if (++served % REQUESTS_A_COLLECTION === 0) gc();
    return ours.fetch(request, env);
  },
};
