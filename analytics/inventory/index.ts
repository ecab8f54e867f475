export { parseInventory } from './csv';
export { PRIVATE_NETWORKS } from './networks';
export { createDirectory, type Directory } from './resolve';
export { readInventory, saveInventory } from './store';
