// Hashes and checksums that a browser only offers as promises, or not at all.

const WORDS = [];
const START = [];
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (number) => ((number - Math.floor(number)) * 0x100000000) | 0;
primes.forEach((prime, i) => {
  if (i < 8) START.push(fraction(Math.sqrt(prime)));
  WORDS.push(fraction(Math.cbrt(prime)));
});
const turned = (word, bits) => (word >>> bits) | (word << (32 - bits));

// SHA-256 (FIPS 180-4) of bytes.
export function sha256bytes(data) {
  const size = Math.ceil((data.length + 9) / 64) * 64;
  const padded = new Uint8Array(size);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(size - 8, Math.floor(data.length / 0x20000000));
  view.setUint32(size - 4, (data.length * 8) >>> 0);
  const state = [...START];
  const w = new Int32Array(64);
  for (let offset = 0; offset < size; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(offset + 4 * i);
    for (let i = 16; i < 64; i++) {
      const one = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const two = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = (w[i - 16] + one + w[i - 7] + two) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + WORDS[i] + w[i]) | 0;
      const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => out.setInt32(4 * i, word));
  return new Uint8Array(out.buffer);
}

const ALL = (1n << 64n) - 1n;
const left = (lane, bits) => ((lane << BigInt(bits)) | (lane >> BigInt(64 - bits))) & ALL;

const STEPS = [];
const ROUNDS = [];
for (let step = 0, x = 1, y = 0; step < 24; step++) {
  STEPS[x + 5 * y] = [y + 5 * ((2 * x + 3 * y) % 5), (((step + 1) * (step + 2)) / 2) % 64];
  [x, y] = [y, (2 * x + 3 * y) % 5];
}
STEPS[0] = [0, 0];
for (let round = 0, register = 1; round < 24; round++) {
  let constant = 0n;
  for (let bit = 0; bit < 7; bit++) {
    if (register & 1) constant |= 1n << ((1n << BigInt(bit)) - 1n);
    register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
  }
  ROUNDS.push(constant);
}

function permuted(lanes) {
  for (const constant of ROUNDS) {
    const columns = [0, 1, 2, 3, 4].map((x) => lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]);
    const parity = columns.map((_, x) => columns[(x + 4) % 5] ^ left(columns[(x + 1) % 5], 1));
    const moved = Array(25);
    STEPS.forEach(([target, bits], lane) => (moved[target] = left(lanes[lane] ^ parity[lane % 5], bits)));
    lanes = moved.map((each, i) => {
      const row = Math.floor(i / 5) * 5;
      return each ^ (~moved[row + ((i + 1) % 5)] & ALL & moved[row + ((i + 2) % 5)]);
    });
    lanes[0] ^= constant;
  }
  return lanes;
}

// Keccak-256 with the padding that Ethereum uses.
export function keccak(data) {
  const rate = 136;
  const padded = new Uint8Array(Math.ceil((data.length + 1) / rate) * rate);
  padded.set(data);
  padded[data.length] = 1;
  padded[padded.length - 1] |= 0x80;
  const view = new DataView(padded.buffer);
  let lanes = Array(25).fill(0n);
  for (let offset = 0; offset < padded.length; offset += rate) {
    for (let lane = 0; lane < rate / 8; lane++) lanes[lane] ^= view.getBigUint64(offset + 8 * lane, true);
    lanes = permuted(lanes);
  }
  const out = new DataView(new ArrayBuffer(32));
  lanes.slice(0, 4).forEach((lane, i) => out.setBigUint64(8 * i, lane, true));
  return new Uint8Array(out.buffer);
}

const IV = [
  0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
];
const ORDERS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const MIXED = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
];

// BLAKE2b (RFC 7693) of fewer than 128 bytes, without a key.
export function blake2b(data) {
  const block = new Uint8Array(128);
  block.set(data);
  const view = new DataView(block.buffer);
  const words = Array.from({ length: 16 }, (_, i) => view.getBigUint64(8 * i, true));
  const state = [...IV];
  state[0] ^= 0x01010040n;
  const v = [...state, ...IV];
  v[12] ^= BigInt(data.length);
  v[14] ^= ALL;
  const right = (lane, bits) => left(lane, 64 - bits);
  for (let round = 0; round < 12; round++) {
    MIXED.forEach(([a, b, c, d], i) => {
      for (const [word, one, two] of [[0, 32, 24], [1, 16, 63]]) {
        v[a] = (v[a] + v[b] + words[ORDERS[round % 10][2 * i + word]]) & ALL;
        v[d] = right(v[d] ^ v[a], one);
        v[c] = (v[c] + v[d]) & ALL;
        v[b] = right(v[b] ^ v[c], two);
      }
    });
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((lane, i) => out.setBigUint64(8 * i, lane ^ v[i] ^ v[i + 8], true));
  return new Uint8Array(out.buffer);
}

export function crc32(data) {
  let check = ~0;
  for (const byte of data) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit++) check = check & 1 ? (check >>> 1) ^ 0xedb88320 : check >>> 1;
  }
  return ~check >>> 0;
}

// CRC-16 (XModem), as `binascii.crc_hqx` has it.
export function crc16(data) {
  let check = 0;
  for (const byte of data) {
    check ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) check = check & 0x8000 ? ((check << 1) ^ 0x1021) & 0xffff : check << 1;
  }
  return check;
}
