// AssemblyScript, compiled to follow_lines.wasm by compile.ts. It follows lines along the tree that known_lines.ts lays out in memory, and
// counts what they measure. Whatever it is not sure of it leaves to line_reader.ts: it returns where that line begins.

/** Layout of a node: the number of the branch that a line with this byte takes, for 256 bytes; then the branches. */
const NODE_BRANCHES: i32 = 256
/** Layout of a branch: its text, the length of that, what follows it, and where the line goes on (or, at its end, the set-up). */
const BRANCH_LENGTH: i32 = 4
const BRANCH_KIND: i32 = 8
const BRANCH_NEXT: i32 = 12
/** Of a number: where its value goes, whether it may have a fraction, and its bounds. */
const BRANCH_PLACE: i32 = 16
const BRANCH_REAL: i32 = 20
const BRANCH_MIN: i32 = 24
const BRANCH_MAX: i32 = 32
/** Of a run of hexadecimal digits: the text before it, its bounds, and whether it may be missing together with the last byte before it. */
const BRANCH_PREFIX: i32 = 16
const BRANCH_PREFIX_LENGTH: i32 = 20
const BRANCH_LEAST: i32 = 24
const BRANCH_MOST: i32 = 28
const BRANCH_OPTIONAL: i32 = 32
const BRANCH_IS_ID: i32 = 36

const LINE_END: i32 = 0
const SPLIT: i32 = 1
const NUMBER: i32 = 2
const RUN: i32 = 3
const DAY: i32 = 4

/** Layout of a group. */
const GROUP_LINES: i32 = 0
const GROUP_FIRST_DAY: i32 = 4
const GROUP_LAST_DAY: i32 = 8
const GROUP_VRAM: i32 = 16
const GROUP_SPEED: i32 = 24
const GROUP_LOW: i32 = 32
const GROUP_HIGH: i32 = 56
const GROUP_BINS: i32 = 80

const TOKENS_IN: i32 = 0
const TOKENS_CACHED: i32 = 8
const TOKENS_OUT: i32 = 16
const FIRST_TOKEN: i32 = 24
const DECODE_TIME: i32 = 32
const VRAM_PEAK: i32 = 40

const QUOTE: u32 = 34
const ZERO: u32 = 48
const DOT: u32 = 46
const NEWLINE: u32 = 10

/** Buckets per quantity, and the exponent of the least value that counts: as in bin_counter.ts. */
const BUCKETS: i32 = 2561
const LEAST_EXPONENT: i32 = -32
const LEAST: f64 = 2.3283064365386963e-10
const MOST: f64 = 281474976710656.0

/** Addresses that known_lines.ts sets. */
let root: i32 = 0
let values: i32 = 0
let days: i32 = 0
let midnight: i32 = 0
let powers: i32 = 0
/** Mantissas of 2^(k/32), and for the 64 highest six bits of a mantissa how many of them are below. */
let steps: i32 = 0
let guesses: i32 = 0
let longest: i32 = 0
let seed: u64 = 0

/** Where the next line's id goes. */
let ids: i32 = 0

export function configure(at: i32, longestLine: i32, seedLow: i32, seedHigh: i32): void {
  values = load<i32>(at)
  days = load<i32>(at, 4)
  midnight = load<i32>(at, 8)
  powers = load<i32>(at, 12)
  steps = load<i32>(at, 16)
  guesses = load<i32>(at, 20)
  longest = longestLine
  seed = (u64(u32(seedHigh)) << 32) | u64(u32(seedLow))
}

export function setRoot(at: i32): void {
  root = at
}

export function setIds(at: i32): void {
  ids = at
}

export function idsEnd(): i32 {
  return ids
}

/** Follows and counts the lines from `at` on; every one ends before `end`. Returns where the first begins that it could not follow, else `end`. */
export function followLines(at: i32, end: i32): i32 {
  let line = at
  while (line < end) {
    const next = followLine(line)
    if (next == 0) return line
    line = next
  }
  return line
}

/** Where the next line begins; 0 where this one cannot be followed. */
function followLine(start: i32): i32 {
  forgetValues()
  let node = root
  let p = start
  let day: i32 = 0
  let id: u64 = 0
  if (node == 0) return 0
  while (true) {
    const branch = load<i32>(node + NODE_BRANCHES + (i32(load<u8>(node + i32(load<u8>(p)))) << 2))
    const length = load<i32>(branch + BRANCH_LENGTH)
    if (!hasText(p, load<i32>(branch), length)) return 0
    p += length
    const kind = load<i32>(branch + BRANCH_KIND)
    node = load<i32>(branch + BRANCH_NEXT)
    if (kind == NUMBER) p = readNumber(p, branch)
    else if (kind == RUN) {
      const from = p
      p = readRun(p, branch)
      if (p != 0 && load<i32>(branch + BRANCH_IS_ID) != 0) id = hash(from + 1, p - 1)
    } else if (kind == DAY) {
      day = readDay(p)
      p = day == 0 ? 0 : p + 22
    } else if (kind == LINE_END) break
    if (p == 0) return 0
  }
  if (load<u8>(p) != NEWLINE || p - start > longest) return 0
  if (!countLine(node, day)) return 0
  store<u64>(ids, id)
  ids += 8
  return p + 1
}

function forgetValues(): void {
  const nan = f64x2.splat(NaN)
  v128.store(values, nan)
  v128.store(values, nan, 16)
  v128.store(values, nan, 32)
}

/** Whether a text stands at `p`. Both may be read beyond their ends: there is memory behind. */
function hasText(p: i32, text: i32, length: i32): bool {
  let i: i32 = 0
  for (; i + 16 <= length; i += 16) {
    if (!i8x16.all_true(i8x16.eq(v128.load(p + i), v128.load(text + i)))) return false
  }
  const rest = length - i
  if (rest == 0) return true
  const equal = i8x16.bitmask(i8x16.eq(v128.load(p + i), v128.load(text + i)))
  return ((~equal) & ((1 << rest) - 1)) == 0
}

/** Reads a plain number of up to 15 digits into its place; returns its end, 0 where it is none or out of bounds. */
function readNumber(at: i32, branch: i32): i32 {
  let p = at
  let digits: u64 = 0
  let digit = load<u8>(p) - ZERO
  while (digit < 10) {
    digits = digits * 10 + u64(digit)
    digit = load<u8>(++p) - ZERO
  }
  const whole = p - at
  if (whole == 0 || whole > 15 || (whole > 1 && load<u8>(at) == ZERO)) return 0
  let value = f64(digits)
  if (load<u8>(p) == DOT && load<i32>(branch + BRANCH_REAL) != 0) {
    const point = p++
    digit = load<u8>(p) - ZERO
    while (digit < 10) {
      digits = digits * 10 + u64(digit)
      digit = load<u8>(++p) - ZERO
    }
    const places = p - point - 1
    if (places == 0 || whole + places > 14) return 0
    value = f64(digits) / load<f64>(powers + (places << 3))
  }
  const after = load<u8>(p) | 32
  if (after == 101) return 0
  if (value < load<f64>(branch + BRANCH_MIN) || value > load<f64>(branch + BRANCH_MAX)) return 0
  store<f64>(values + load<i32>(branch + BRANCH_PLACE), value)
  return p
}

/** Reads a quoted run of hexadecimal digits with a text before it; returns the end behind the quote, 0 where it is none. */
function readRun(at: i32, branch: i32): i32 {
  if (load<u8>(at) != QUOTE) return 0
  let p = at + 1
  const prefix = load<i32>(branch + BRANCH_PREFIX_LENGTH)
  const optional = load<i32>(branch + BRANCH_OPTIONAL)
  if (!hasText(p, load<i32>(branch + BRANCH_PREFIX), prefix)) {
    if (optional == 0 || !hasText(p, load<i32>(branch + BRANCH_PREFIX), optional)) return 0
    return load<u8>(p + optional) == QUOTE ? p + optional + 1 : 0
  }
  p += prefix
  const end = skipHex(p)
  if (end - p < load<i32>(branch + BRANCH_LEAST) || end - p > load<i32>(branch + BRANCH_MOST)) return 0
  return load<u8>(end) == QUOTE ? end + 1 : 0
}

function skipHex(at: i32): i32 {
  let p = at
  while (true) {
    const bytes = v128.load(p)
    const digit = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10))
    const letter = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(97)), i8x16.splat(6))
    const others = ~i8x16.bitmask(v128.or(digit, letter)) & 0xffff
    if (others != 0) return p + ctz(others)
    p += 16
  }
}

/** The day of a quoted midnight as YYYYMMDD; 0 where it is not one that was seen before. */
function readDay(at: i32): i32 {
  if (load<u8>(at) != QUOTE || !hasText(at + 11, midnight, 11)) return 0
  if (load<u8>(at + 5) != 45 || load<u8>(at + 8) != 45) return 0
  let day: u32 = 0
  for (let i = 1; i < 11; i++) {
    if (i == 5 || i == 8) continue
    const digit = load<u8>(at + i) - ZERO
    if (digit > 9) return 0
    day = day * 10 + digit
  }
  const place = day - 20000000
  return place < 1000000 && load<u8>(days + place) == 1 ? day : 0
}

/** Counts the line whose values were read, in its group of the set-up; false where there is no such group yet. */
function countLine(setUp: i32, day: i32): bool {
  const tokensIn = load<f64>(values + TOKENS_IN)
  if (load<f64>(values + TOKENS_CACHED) > tokensIn) return false
  const group = load<i32>(setUp + (bucketOf(tokensIn) << 2))
  if (group == 0) return false
  count(group, day)
  return true
}

/** Number of the prompt size, as in known_lines.ts. */
function bucketOf(tokens: f64): i32 {
  if (tokens <= 512) return tokens == 0 ? 0 : tokens <= 128 ? 1 : 2
  if (tokens <= 8192) return tokens <= 2048 ? 3 : 4
  return tokens <= 32768 ? 5 : 6
}

/** The formulae of measure.ts. */
function count(group: i32, day: i32): void {
  const tokensIn = load<f64>(values + TOKENS_IN)
  const cached = load<f64>(values + TOKENS_CACHED)
  const tokens = load<f64>(values + TOKENS_OUT)
  const first = load<f64>(values + FIRST_TOKEN)
  const decode = load<f64>(values + DECODE_TIME)
  const vram = load<f64>(values + VRAM_PEAK)
  store<i32>(group + GROUP_LINES, load<i32>(group + GROUP_LINES) + 1)
  if (tokens >= 32 && decode >= 250) {
    const speed = ((tokens - 1) * 1000) / decode
    addToBin(group, 0, speed)
    if (speed > load<f64>(group + GROUP_SPEED)) store<f64>(group + GROUP_SPEED, speed)
  }
  if (tokens >= 1) {
    addToBin(group, 1, first)
    addToBin(group, 2, ((tokensIn - (cached > 0 ? cached : 0)) * 1000) / first)
  }
  addToBin(group, 3, (tokens * 1000) / (first + decode))
  addToBin(group, 4, vram)
  if (vram > load<f64>(group + GROUP_VRAM)) store<f64>(group + GROUP_VRAM, vram)
  if (day == 0) return
  if (day < load<i32>(group + GROUP_FIRST_DAY)) store<i32>(group + GROUP_FIRST_DAY, day)
  if (day > load<i32>(group + GROUP_LAST_DAY)) store<i32>(group + GROUP_LAST_DAY, day)
}

function addToBin(group: i32, quantity: i32, value: f64): void {
  if (!(value >= LEAST && value <= MOST)) return
  const bucket = bucketIndex(value)
  const bin = group + GROUP_BINS + ((quantity * BUCKETS + bucket) << 2)
  store<i32>(bin, load<i32>(bin) + 1)
  const low = group + GROUP_LOW + (quantity << 2)
  if (bucket < load<i32>(low)) store<i32>(low, bucket)
  const high = group + GROUP_HIGH + (quantity << 2)
  if (bucket > load<i32>(high)) store<i32>(high, bucket)
}

/** ceil(log2(value) x 32), counted from the bucket of LEAST: the exponent gives the octave, the mantissa the step in it. */
function bucketIndex(value: f64): i32 {
  const bits = reinterpret<u64>(value)
  const exponent = i32(bits >> 52) - 1023
  const mantissa = bits & 0xfffffffffffff
  let step = i32(load<u8>(guesses + i32(mantissa >> 46)))
  while (step < 32 && load<u64>(steps + (step << 3)) < mantissa) step++
  return ((exponent - LEAST_EXPONENT) << 5) + step
}

/** A hash of an id under the seed: who does not know the seed cannot make two ids alike. */
function hash(from: i32, to: i32): u64 {
  let h = seed
  let p = from
  for (; p + 8 <= to; p += 8) h = mix(h ^ load<u64>(p))
  if (p < to) h = mix(h ^ (load<u64>(p) & ((u64(1) << (u64(to - p) << 3)) - 1)))
  return mix(h ^ u64(to - from))
}

export function hashId(from: i32, to: i32): u64 {
  return hash(from, to)
}

/** The finaliser of SplitMix64. */
function mix(x: u64): u64 {
  let z = x + 0x9e3779b97f4a7c15
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb
  return z ^ (z >> 31)
}

/** Counts a line that line_reader.ts read, whose values lie in their places. */
export function countRead(group: i32, day: i32): void {
  count(group, day)
}
