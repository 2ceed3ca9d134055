// Addresses of machines, as Python's `ipaddress` reads and sorts them.
import { Raised } from "./python.js";

const fail = () => {
  throw new Raised("AddressValueError");
};

function four(text) {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((each) => /^(?:0|[1-9][0-9]{0,2})$/.test(each) && Number(each) < 256)) fail();
  return octets.reduce((whole, each) => (whole << 8n) | BigInt(each), 0n);
}

function six(text) {
  const parts = text.split(":");
  if (parts.length < 3) fail();
  if (parts.at(-1).includes(".")) {
    const tail = four(parts.pop());
    parts.push((tail >> 16n).toString(16), (tail & 0xffffn).toString(16));
  }
  if (parts.length > 9) fail();
  const gaps = parts.map((part, i) => i).filter((i) => i > 0 && i < parts.length - 1 && parts[i] === "");
  if (gaps.length > 1) fail();
  let groups;
  if (gaps.length) {
    const head = parts[0] === "" ? parts.slice(1, gaps[0]) : parts.slice(0, gaps[0]);
    const tail = parts.at(-1) === "" ? parts.slice(gaps[0] + 1, -1) : parts.slice(gaps[0] + 1);
    if ((parts[0] === "" && head.length) || (parts.at(-1) === "" && tail.length)) fail();
    if (head.length + tail.length > 7) fail();
    groups = [...head, ...Array(8 - head.length - tail.length).fill("0"), ...tail];
  } else groups = parts;
  if (groups.length !== 8 || !groups.every((each) => /^[0-9a-fA-F]{1,4}$/.test(each))) fail();
  return groups.reduce((whole, each) => (whole << 16n) | BigInt(`0x${each}`), 0n);
}

const network = (text, read, width) => {
  const [base, size] = text.split("/");
  const shift = BigInt(width - Number(size));
  const first = read(base) >> shift;
  return (number) => number >> shift === first;
};

const PRIVATE_4 =
  "0.0.0.0/8 10.0.0.0/8 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/29 192.0.0.170/31 192.0.2.0/24 " +
  "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 100.64.0.0/10";
const PRIVATE_6 = "::1/128 ::/128 ::ffff:0:0/96 100::/64 2001::/23 2001:2::/48 2001:db8::/32 2001:10::/28 fc00::/7 fe80::/10";
const RESERVED_6 =
  "::/8 100::/8 200::/7 400::/6 800::/5 1000::/4 4000::/3 6000::/3 8000::/3 a000::/3 c000::/3 e000::/4 f000::/5 f800::/6 fe00::/9";
const notGlobal4 = PRIVATE_4.split(" ").map((each) => network(each, four, 32));
const notGlobal6 = PRIVATE_6.split(" ").map((each) => network(each, six, 128));
const reserved6 = RESERVED_6.split(" ").map((each) => network(each, six, 128));
const multicast4 = network("224.0.0.0/4", four, 32);

class Four {
  constructor(number) {
    this.number = number;
    this.packed = [24n, 16n, 8n, 0n].map((shift) => Number((number >> shift) & 255n));
  }
  get is_global() {
    return !notGlobal4.some((within) => within(this.number));
  }
  get is_multicast() {
    return multicast4(this.number);
  }
  toString() {
    return this.packed.join(".");
  }
}

class Six {
  constructor(number) {
    this.number = number;
  }
  get ipv4_mapped() {
    return this.number >> 32n === 0xffffn ? new Four(this.number & 0xffffffffn) : null;
  }
  get sixtofour() {
    return this.number >> 112n === 0x2002n ? new Four((this.number >> 80n) & 0xffffffffn) : null;
  }
  get is_global() {
    return this.ipv4_mapped ? this.ipv4_mapped.is_global : !notGlobal6.some((within) => within(this.number));
  }
  get is_reserved() {
    return reserved6.some((within) => within(this.number));
  }
}

export const IPv4Address = (text) => new Four(four(text));
export const IPv6Address = (text) => new Six(six(text));
export const IPv6Network = (text) => {
  const within = network(text, six, 128);
  return { has: (address) => within(address.number) };
};
