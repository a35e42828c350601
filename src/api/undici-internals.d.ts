// The module of undici that `undici.ts` loads by path; its type is that of the package's own export.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
