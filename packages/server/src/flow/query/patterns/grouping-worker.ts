// Runs in a thread of its own (grouping.ts): a sample comes as a message, its patterns go back.
import { parentPort } from 'node:worker_threads';
import { type GroupOrder, groupSample } from './group.ts';

parentPort?.on('message', (order: GroupOrder) => parentPort?.postMessage(groupSample(order)));
