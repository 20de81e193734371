import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TYPES: Record<string, number> = { A: 1, CNAME: 5, AAAA: 28 };

/** A resolver of DNS over HTTPS, with the names that a test sets. */
export class Resolver {
  /** The addresses by name; other names do not exist. `fail`: the resolver reports a failure. */
  readonly names = new Map<string, readonly string[] | 'fail' | 'hang'>();
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const [name = '', type = ''] = [searchParams.get('name') ?? '', searchParams.get('type') ?? ''];
    this.asked.push(`${type} ${name}`);
    const known = this.names.get(name);
    if (known === 'hang') return;
    if (known === 'fail') return void response.end(JSON.stringify({ Status: 2 }));
    const answer = (known ?? [])
      .filter((address) => (type === 'AAAA') === address.includes(':'))
      .map((data) => ({ name, type: TYPES[type], TTL: 60, data }));
    const alias = { name, type: TYPES['CNAME'], TTL: 60, data: 'alias.example.' };
    response.setHeader('content-type', 'application/dns-json');
    response.end(JSON.stringify({ Status: known ? 0 : 3, Answer: [alias, ...answer] }));
  });

  async listen(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/dns-query`;
  }
}
