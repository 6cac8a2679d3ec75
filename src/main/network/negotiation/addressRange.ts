import { BlockList, isIP } from 'node:net';
import { IsocenterError } from '#shared/contract/errors.ts';

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Whether an IP address lies in a range: an address, or CIDR like 10.1.0.0/16 or fd00::/8.
 * @throws IsocenterError INVALID_ATTRIBUTE when `range` is neither
 */
export function isInRange(address: string, range: string): boolean {
  const [base, prefix, ...rest] = range.trim().split('/');
  const bits = prefix === undefined ? undefined : Number(prefix);
  const most = isIP(base) === 6 ? 128 : 32;
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(prefix) && bits <= most);
  if (isIP(base) === 0 || !isPrefix || rest.length > 0) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'neither an IP address nor a range like 10.1.0.0/16', {
      object: range,
    });
  }
  if (isIP(address) === 0) return false;
  const list = new BlockList();
  list.addSubnet(base, bits ?? most, family(base));
  return list.check(address, family(address));
}
