// The modules of undici that `undici.ts` loads by path; their types are those of the package's own exports.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';
  export default buildConnector;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import { type buildConnector, type Dispatcher, type Pool, ProxyAgent } from 'undici';

  interface Options extends Omit<ProxyAgent.Options, 'factory'> {
    /** Handed all options for the pool of a host, of which `connect` leads through the proxy. */
    factory(origin: string | URL, own: Pool.Options & { connect: buildConnector.connector }): Dispatcher;
  }
  const Class: new (options: Options) => ProxyAgent;
  export default Class;
}

/** The package adds it to every dispatcher when it is loaded as a whole. */
declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';
  export default function connect(
    this: Dispatcher,
    options: Dispatcher.ConnectOptions,
  ): Promise<Dispatcher.ConnectData>;
}
