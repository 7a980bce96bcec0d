import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AssayError } from '../errors.ts';

/** This machine, networks of homes and companies, and what is no address of anybody (RFC 6890). */
const notPublic = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv4');
}
/** Of IPv6 only what is given out as public (2000::/3) passes, without the forms that carry another address within. */
const publicV6 = new BlockList();
publicV6.addSubnet('2000::', 3, 'ipv6');
const carriers = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const) {
  carriers.addSubnet(network, bits, 'ipv6');
}

export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !notPublic.check(address, 'ipv4');
  return isIP(address) === 6 && publicV6.check(address, 'ipv6') && !carriers.check(address, 'ipv6');
}

/** Throws request/invalid for an address that webhooks are not sent to. */
export function checkUrl(text: string, { allowLocal }: { allowLocal: boolean }): URL {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '')
    throw refused(text, 'it is no plain address');
  const isAllowed = url.protocol === 'https:' || (allowLocal && url.protocol === 'http:');
  if (!isAllowed) throw refused(text, 'it has to begin with https://');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!allowLocal && isIP(host) !== 0 && !isPublicAddress(host))
    throw refused(text, 'it is not on the internet');
  return url;
}

function refused(url: string, why: string): AssayError {
  return new AssayError('request/invalid', `Webhooks are not sent to "${url.slice(0, 500)}": ${why}.`, {
    problems: [{ path: '/url', message: why }],
  });
}

/** Looks a name up for a connection and fails when any of its addresses is not public: checked where it is used. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) return callback(error ?? new Error('no address'), '', 0);
    const local = addresses.find(({ address }) => !isPublicAddress(address));
    if (local !== undefined) {
      return callback(new Error(`${hostname} is ${local.address}, which is not on the internet`), '', 0);
    }
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
