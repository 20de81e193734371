import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** One of our modules, running in its own process, so that its CPU time can be measured. */
export interface Child<Message> {
  pid: number;
  process: ChildProcess;
  /** Resolves with the next message from the child; rejects if the child ends instead. */
  next(): Promise<Message>;
  stop(): Promise<void>;
}

/** Starts a module in a child process. A module that calls `endWithParent` ends with this process. */
export function startChild<Message>(module: string, args: readonly string[] = []): Child<Message> {
  const child = fork(new URL(module, import.meta.url), args, { execArgv: [] });
  const gone = once(child, 'exit');
  const inbox: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  child.on('message', (message: Message) => {
    const taker = waiting.shift();
    if (taker) taker(message);
    else inbox.push(message);
  });
  return {
    pid: child.pid ?? 0,
    process: child,
    async next() {
      const known = inbox.shift();
      if (known !== undefined) return known;
      const message = new Promise<Message>((resolve) => waiting.push(resolve));
      const ended = gone.then(([code, signal]) => {
        throw new Error(`${module} ended with ${signal ?? code}.`);
      });
      return Promise.race([message, ended]);
    },
    async stop() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** In the child: sends a message to the parent. */
export const report = (message: unknown): void => void process.send?.(message);

/** In the child: ends it when the parent ends or stops it. */
export const endWithParent = (): void => void process.once('disconnect', () => process.exit());
