// Control, format and private-use characters: XML forbids some of them, others are invisible or change the text direction.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029\ufffe\uffff]/gu

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Escapes text for elements and attributes of XML. Drops invisible characters and those that change the text direction. */
export function escapeXml(text: string): string {
  return text
    .replace(INVISIBLE, (character) => (/\s/.test(character) ? ' ' : ''))
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}
