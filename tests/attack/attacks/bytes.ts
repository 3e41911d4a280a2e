import type { Isolation } from '../support/isolation.ts'

/** A text that must not leave, and who it belongs to. */
export interface Secret {
  what: string
  text: string
}

/** Shorter texts occur by chance. */
const LEAST_BYTES = 8

/**
 * Looks for secrets in the raw bytes of files: as UTF-8 (also in upper case), UTF-16 of both byte orders, hexadecimal digits, base64 at
 * every alignment, and, where the secret is hexadecimal itself, the bytes that it spells.
 */
export function findBytes(files: Map<string, Uint8Array>, secrets: Secret[]): Isolation[] {
  const wanted = secrets.flatMap((secret) => formsOf(secret.text).map((form) => ({ secret, ...form })))
  const byStart = Map.groupBy(wanted, ({ bytes }) => startOf(bytes, 0))
  const pairs = new Set(wanted.map(({ bytes }) => bytes.readUInt16BE(0)))
  const begins = Uint8Array.from({ length: 2 ** 16 }, (_, pair) => (pairs.has(pair) ? 1 : 0))
  return [...files].flatMap(([name, content]) =>
    scan(Buffer.from(content.buffer, content.byteOffset, content.byteLength), begins, byStart).map(
      ({ at, secret, form }) => ({
        attack: 'linkage',
        how: `${name} byte ${at}: ${secret.what} "${secret.text}" as ${form}`,
        contributors: 1,
      }),
    ),
  )
}

/** A secret in one of its forms. */
interface Wanted {
  secret: Secret
  form: string
  bytes: Buffer
}

function scan(bytes: Buffer, begins: Uint8Array, byStart: Map<number, Wanted[]>): (Wanted & { at: number })[] {
  const found: (Wanted & { at: number })[] = []
  for (let at = 0; at + LEAST_BYTES <= bytes.length; at++) {
    // Most bytes begin nothing that is looked for, and two of them say so faster than a map does.
    if (begins[bytes[at]! * 256 + bytes[at + 1]!] === 0) continue
    for (const wanted of byStart.get(startOf(bytes, at)) ?? [])
      if (bytes.subarray(at, at + wanted.bytes.length).equals(wanted.bytes)) found.push({ ...wanted, at })
  }
  return found
}

/** The first six bytes as a number: exact in a double. */
function startOf(bytes: Buffer, at: number): number {
  return bytes.readUIntBE(at, 6)
}

function formsOf(text: string): { form: string; bytes: Buffer }[] {
  const utf8 = Buffer.from(text)
  const utf16 = Buffer.from(text, 'utf16le')
  const hex = utf8.toString('hex')
  const spelled = /^([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.alloc(0)
  const forms = [
    { form: 'UTF-8', bytes: utf8 },
    { form: 'upper case', bytes: Buffer.from(text.toUpperCase()) },
    { form: 'UTF-16LE', bytes: utf16 },
    { form: 'UTF-16BE', bytes: Buffer.from(utf16).swap16() },
    { form: 'hexadecimal', bytes: Buffer.from(hex) },
    { form: 'upper-case hexadecimal', bytes: Buffer.from(hex.toUpperCase()) },
    { form: 'bytes', bytes: spelled },
    ...[0, 1, 2].map((shift) => ({ form: 'base64', bytes: base64Of(utf8, shift) })),
    ...[0, 1, 2].map((shift) => ({ form: 'base64 of bytes', bytes: base64Of(spelled, shift) })),
  ]
  const distinct = new Map(forms.map((form) => [form.bytes.toString('latin1'), form]))
  return [...distinct.values()].filter(({ bytes }) => bytes.length >= LEAST_BYTES)
}

/** The base64 digits that depend on nothing but `bytes`, where it stands `shift` bytes into a group of three. */
function base64Of(bytes: Buffer, shift: number): Buffer {
  const digits = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const whole = Math.floor(((shift + bytes.length) * 8) / 6)
  return Buffer.from(digits.slice(Math.ceil((shift * 8) / 6), whole))
}
