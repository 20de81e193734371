const API = 'https://console.neon.tech/api/v2';

/** The branches of a project at Neon. Each has the data and roles of its parent, and a host of its own. */
export class NeonProject {
  readonly #base: string;
  readonly #key: string;

  constructor(project: string, key: string, api = API) {
    this.#base = `${api}/projects/${encodeURIComponent(project)}/branches`;
    this.#key = key;
  }

  /** Returns the host of a branch, which is created if it is missing. */
  async hostOf(name: string): Promise<string> {
    const id = await this.#find(name);
    const { endpoints } = id
      ? await this.#call<Endpoints>('GET', `/${id}/endpoints`)
      : await this.#call<Endpoints>('POST', '', {
          branch: { name },
          endpoints: [{ type: 'read_write' }],
        });
    const host = endpoints[0]?.host;
    if (!host) throw new Error(`The branch ${name} has no endpoint at Neon.`);
    return host;
  }

  /** Deletes a branch, if there is one. */
  async remove(name: string): Promise<void> {
    const id = await this.#find(name);
    if (id) await this.#call('DELETE', `/${id}`);
  }

  async #find(name: string): Promise<string | undefined> {
    const search = `?search=${encodeURIComponent(name)}`;
    const { branches } = await this.#call<Branches>('GET', search);
    return branches.find((branch) => branch.name === name)?.id;
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { Authorization: `Bearer ${this.#key}`, 'Content-Type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`Neon's API returned ${response.status} to ${method}.`);
    return (await response.json()) as T;
  }
}

interface Endpoints {
  endpoints: { host: string }[];
}

interface Branches {
  branches: { id: string; name: string }[];
}
