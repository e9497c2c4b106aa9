export { ListenError, Listeners } from './listeners.ts';
