import { storeContract } from '../contracts/store.js';
import { storeServers } from './store-servers.js';
import { openStoreWorld } from './store-world.js';

for (const server of await storeServers()) {
  storeContract(server.name, () => openStoreWorld(server));
}
