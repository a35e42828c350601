// Declares the modules of undici that `undici.ts` loads by path; their types are those of the package's own exports.
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
    /** Receives all options of a host's pool; `connect` tunnels through the proxy. */
    factory(origin: string | URL, own: Pool.Options & { connect: buildConnector.connector }): Dispatcher;
  }
  const Class: new (options: Options) => ProxyAgent;
  export default Class;
}

/** undici adds `connect` to every dispatcher only if its main module is loaded. */
declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';
  export default function connect(
    this: Dispatcher,
    options: Dispatcher.ConnectOptions,
  ): Promise<Dispatcher.ConnectData>;
}
