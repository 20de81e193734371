import ours from './ours.js';

// Ours, with a full garbage collection every 200 requests. V8 collects young objects often, but others
// only when its heap is full, and most of what workerd keeps for a request is outside that heap. If
// memory grows here, it is a leak. Requires --expose-gc.

const REQUESTS_A_COLLECTION = 200;

let served = 0;

export default {
  fetch(request, env, execution) {
    if (++served % REQUESTS_A_COLLECTION === 0) gc();
    return ours.fetch(request, env, execution);
  },
};
