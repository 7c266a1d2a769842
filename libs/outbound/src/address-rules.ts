import ipaddr from 'ipaddr.js';

/**
 * Where clouds hand out credentials and settings to whoever asks from within: AWS and others, Amazon ECS and EKS,
 * Alibaba Cloud, Oracle Cloud, and the wire server of Azure, which has a public address. No allow list reaches them.
 */
const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd00:ec2::23',
];

/** Where global unicast addresses of IPv6 are (RFC 4291, 2.4). What lies outside is of some special kind. */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** One form of an address; an IPv4 address within IPv6 (RFC 4291, 2.5.5.2) is that address. Undefined for what is none. */
export function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  // A zone names an interface of this machine: such an address is nobody's outside of it.
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** Whether an address is one of the open internet. Everything that a registry has set apart is not. */
export function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (isMetadata(address) || address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_V6);
}

/** Whether credentials of the machine can be had there, also where an IPv6 address ends in such an IPv4 address (NAT64). */
export function isMetadata(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (METADATA.includes(address.toString())) return true;
  if (address instanceof ipaddr.IPv4) return false;
  return METADATA.includes(new ipaddr.IPv4(address.toByteArray().slice(-4)).toString());
}
