import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { explainConfig } from './explain.ts';
import { loadConfig } from './load.ts';

const read = (text: string) => loadConfig({ argv: ['--listeners', text], env: {}, cwd: '/' });

describe('the option listeners', () => {
  it('is empty by default: no socket is opened that nobody asked for', () => {
    expect(loadConfig({ argv: [], env: {}, cwd: '/' }).config.listeners).toEqual([]);
  });

  it('takes several URLs from a flag, a variable or a list in the file', () => {
    const urls = ['syslog+udp://127.0.0.1:5514?project=network', 'syslog+tcp://[::]:5514?networks=10.0.0.0/8,fd00::/8'];
    const dir = mkdtempSync(path.join(tmpdir(), 'moalog-config-'));
    writeFileSync(path.join(dir, 'moalog.yaml'), `listeners:\n${urls.map((url) => `  - ${url}\n`).join('')}`);
    const loaded = [
      read(urls.join(' ')),
      loadConfig({ argv: [], env: { MOALOG_LISTENERS: urls.join('\n') }, cwd: '/' }),
      loadConfig({ argv: [], env: {}, cwd: dir }),
    ];
    rmSync(dir, { recursive: true });
    for (const { config } of loaded) {
      expect(config.listeners).toMatchObject([
        {
          id: 'syslog-udp-5514',
          protocol: 'syslog',
          transport: 'udp',
          host: '127.0.0.1',
          port: 5514,
          project: 'network',
        },
        { id: 'syslog-tcp-5514', host: '::', project: 'default', networks: ['10.0.0.0/8', 'fd00::/8'] },
      ]);
    }
    const [first] = loaded;
    if (first === undefined) throw new Error('nothing was loaded');
    expect(explainConfig(first).find(({ name }) => name === 'listeners')?.value).toBe(urls.join(' '));
  });

  it('takes the same port at two addresses', () => {
    const { listeners } = read('syslog+udp://127.0.0.1:5514 syslog+udp://127.0.0.2:5514').config;
    expect(listeners.map(({ id }) => id)).toEqual(['syslog-udp-5514', 'syslog-udp-5514-2']);
  });

  it('knows the usual ports', () => {
    const { listeners } = read('syslog+tcp://127.0.0.1 syslog+tls://127.0.0.1?certificate=a&key=b').config;
    expect(listeners.map(({ port }) => port)).toEqual([5514, 6514]);
  });

  it.each([
    ['5514', /must be PROTOCOL\+udp/],
    ['syslog://127.0.0.1', /must be PROTOCOL\+udp/],
    ['gopher+tcp://127.0.0.1', /PROTOCOL one of syslog/],
    ['lumberjack+udp://127.0.0.1', /lumberjack does not come by UDP/],
    ['syslog+tcp://127.0.0.1:99999', /must be PROTOCOL\+udp/],
    ['syslog+tcp://0.0.0.0:5514', /say who may send: networks=/],
    ['syslog+tcp://127.0.0.1?networks=10.0.0.0/33', /10.0.0.0\/33 is no address or range/],
    ['syslog+tcp://127.0.0.1?networks=office', /office is no address or range/],
    ['syslog+tcp://127.0.0.1?timezone=Mars', /Mars is not an IANA zone/],
    ['syslog+tcp://127.0.0.1?max_connections=none', /max_connections: is not a number/],
    ['syslog+tcp://127.0.0.1?colour=red', /colour/],
    ['syslog+tcp://127.0.0.1?shared_key_file=a', /belongs to fluent-forward/],
    ['syslog+tls://127.0.0.1', /needs certificate= and key=/],
    ['syslog+tcp://127.0.0.1?certificate=a&key=b', /belong to syslog\+tls/],
    [
      'syslog+tcp://127.0.0.1:5514 syslog+tls://127.0.0.1:5514?certificate=a&key=b',
      /another listener has this address and port/,
    ],
  ])('refuses %s', (text, complaint) => {
    expect(() => read(text)).toThrow(complaint);
  });
});
