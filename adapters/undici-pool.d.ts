/** undici's pool by itself. The whole package brings fetch, caches, sockets and mocks along, which cost every start 40 ms and 6 MB. */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export default Pool;
}
