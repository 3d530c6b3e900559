import { decodeNetwork, type NetworkFile } from '@tally/core';
import { readBytes } from './read.ts';

/**
 * Reads and verifies an integer network file.
 *
 * @throws TallyError `file-missing`, the issues of the file format (`network-file-magic`,
 * `network-file-checksum`, ...) and of the network in it
 */
export function readNetworkFile(path: string): NetworkFile {
  return decodeNetwork(readBytes(path, 'network'), path);
}
