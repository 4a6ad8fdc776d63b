import { availableParallelism } from 'node:os';

/**
 * How many pictures are under way at once. Decoding and encoding, which take most of the time, run in sharp's threads:
 * two pictures for every core, to have one to encode while another is resized here (`prepare`, measured: 5.2 s one by
 * one, 4.6 s with one per core, 3.9 s with two). No more than eight: sharp's threads are libuv's, four unless told
 * otherwise, and what the pictures hold together should stay below a gigabyte.
 */
export const PICTURES_AT_ONCE = Math.min(2 * availableParallelism(), 8);
