/** Breaks text into lines of at most `width` characters that begin with `indent`: between words, and within a word that is too long. */
export function wrapText(text: string, width: number, indent: string): string[] {
  const room = width - indent.length
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((long) => breakWord(long, room))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length <= room) line = longer
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line].map((part) => `${indent}${part}`)
}

function breakWord(word: string, room: number): string[] {
  const pieces = Math.max(1, Math.ceil(word.length / room))
  return Array.from({ length: pieces }, (_, i) => word.slice(i * room, (i + 1) * room))
}
