import shipped from './index.js';

// The shipped bundle, unchanged. workerd has no rate limiters. These count as the platform's do but
// never refuse, because the load comes from few keys and one address. They are created once, as on the
// platform: the Worker recognizes its checked configuration by the identity of the bindings.

const WINDOW_MS = 60_000;

function limiter() {
  let counts = new Map();
  let began = Date.now();
  return {
    async limit({ key }) {
      if (Date.now() - began > WINDOW_MS) {
        counts = new Map();
        began = Date.now();
      }
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return { success: true };
    },
  };
}

let bindings;

export default {
  fetch(request, env, execution) {
    bindings ??= { ...env, KEY_LIMIT: limiter(), ADDRESS_LIMIT: limiter() };
    return shipped.fetch(request, bindings, execution);
  },
};
