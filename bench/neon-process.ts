import { startLocalNeon } from '../tools/local-neon/index.ts';
import { endWithParent, report } from './child.ts';

// The local Neon in its own process. The argument is the port of Postgres.

endWithParent();
const neon = await startLocalNeon({
  port: 0,
  upstream: { host: '127.0.0.1', port: Number(process.argv[2]) },
});
report({ url: neon.url });
