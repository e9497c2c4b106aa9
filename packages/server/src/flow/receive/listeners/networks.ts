import { BlockList, isIPv6 } from 'node:net';

/** Answers are remembered for so many addresses: BlockList asks its rules one by one. */
const MAX_REMEMBERED = 10_000;

/** Who may send: a function that says whether an address is in one of the ranges; everyone when there are none. */
export function allowedNetworks(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => true;
  const list = new BlockList();
  for (const network of networks) {
    const [net = '', bits] = network.split('/');
    const family = isIPv6(net) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(bits), family);
  }
  const known = new Map<string, boolean>();
  return (address) => {
    let allowed = known.get(address);
    if (allowed === undefined) {
      allowed = list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.set(address, allowed);
    }
    return allowed;
  };
}

/** An IPv4 address in its own form: a socket for both families gives `::ffff:192.0.2.7`. */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=[\d.]+$)/, '');
