import { describe, expect, it } from 'vitest';
import { firstOfLsof, listeningInodes } from '../../../src/forward/port-owner.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 20 4 30 10 -1
   3: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1 0000000000000000 100 0 0 10 0
   4: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4715 1 0000000000000000 100 0 0 10 0
`;

describe('the owner of a port', () => {
  it('is looked for by the sockets that listen there, not by those that are connected', () => {
    expect(listeningInodes(table, 8080)).toEqual(['4711', '4715']);
    expect(listeningInodes(table, 80)).toEqual(['4714']);
    expect(listeningInodes(table, 54321)).toEqual([]);
    expect(listeningInodes('', 80)).toEqual([]);
  });

  it('is read from lsof, which repeats it for each socket', () => {
    expect(firstOfLsof('p4711\ncnode\nf23\nf24\np9\ncother\nf3\n')).toEqual({ pid: 4711, name: 'node' });
    expect(firstOfLsof('')).toBeUndefined();
  });
});
