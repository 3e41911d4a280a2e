// What XML forbids and no one sees, and what turns the order of letters.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029\ufffe\uffff]/gu

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it may stand in XML, in elements and attributes. What no one sees, or what turns the order of letters, is dropped. */
export function escapeXml(text: string): string {
  return text
    .replace(UNSEEN, (character) => (/\s/.test(character) ? ' ' : ''))
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}
