import ours from './ours.js';

// Ours, with the memory of served requests given back at once: V8 collects what is young often, but
// the rest only when its own heap is full, and what workerd keeps for a request is mostly outside.
// What grows here is a leak. Needs --expose-gc.

const REQUESTS_A_COLLECTION = 200;

let served = 0;

export default {
  fetch(request, env) {
    if (++served % REQUESTS_A_COLLECTION === 0) gc();
    return ours.fetch(request, env);
  },
};
