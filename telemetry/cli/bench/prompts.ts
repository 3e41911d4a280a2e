/** A text of the bench: fixed, so that two runs ask the same, written for this purpose, about nothing that a model may refuse. */
const PARAGRAPHS = [
  'The harbour of the old town lies behind a mole of grey stone, and every ship that comes in has to pass the lighthouse at its end. The keeper writes down the hour, the flag and the weather in a book that his grandfather began. He has counted four hundred ships this year, eleven fewer than the year before, and he has an opinion on why that is so, which he tells to anybody who brings him tobacco.',
  'On market days the square fills before dawn. Farmers unload crates of apples, beans and onions, a woman sells bread from a cart, and a man with a barrel organ plays the same three tunes until noon. Prices are written in chalk on small slates and change as the morning goes on. Whoever comes late pays less and finds less, and whoever comes early has to take what the others recommend.',
  'The railway reached the valley only after the second survey. The first had put the line along the river, where the ground gives way in spring; the second took it through the hill, with a tunnel of nine hundred metres. It took four years to dig. The engineers left behind a tavern, two bridges and a dispute about a meadow that the courts have not settled to this day.',
  'In the workshop at the end of the lane a family repairs clocks. They keep a drawer for springs, one for hands, one for glass, and a last one for parts that nobody can name. A clock that comes in is first listened to for a whole day. Most of them, the mother says, are not broken but merely out of patience, and want to be cleaned, oiled and hung on a wall that does not tremble.',
  'The school keeps bees on its roof. The pupils open the hives in pairs, one with the smoker and one with the notebook, and record the number of frames, the temper of the colony and the plants in bloom. In a good summer there is enough honey to pay for an excursion. In a wet one the notebook is the harvest, and the teacher of mathematics makes a year of lessons out of it.',
  'North of the village the forest begins, first with birches and then, where the ground rises, with spruce. Storms have cut lanes into it which the foresters leave open, because the light brings raspberries and the raspberries bring everything else. In one of these lanes stands a bench with a brass plate, on which is written only a date, and nobody remembers what happened on that day.',
] as const

const TASK = 'Write a long and detailed continuation in the same style, at least five hundred words, without a heading.'

/** The kinds of prompts, by how much text comes before the task. */
export const PROMPT_KINDS = [
  { kind: 'short', paragraphs: 0 },
  { kind: 'medium', paragraphs: 2 },
  { kind: 'long', paragraphs: PARAGRAPHS.length },
] as const
export type PromptKind = (typeof PROMPT_KINDS)[number]['kind']

export interface Prompt {
  kind: PromptKind
  text: string
}

/**
 * The prompts of a run: short, medium, long, short, … Each begins with a word of its own, so that none is answered from the
 * prefix cache of another.
 *
 * @param nonce tells this run from an earlier one
 */
export function makePrompts(count: number, nonce: string): Prompt[] {
  return Array.from({ length: count }, (_, at) => {
    const { kind, paragraphs } = PROMPT_KINDS[at % PROMPT_KINDS.length]!
    const story = [...PARAGRAPHS.slice(0, paragraphs)]
    const opening = `Note ${nonce}-${at + 1}.`
    const task = story.length > 0 ? TASK : 'Describe the harbour of an old town, in at least five hundred words.'
    return { kind, text: [opening, ...story, task].join('\n\n') }
  })
}

/**
 * A prompt of so many words, for a run under load. Each begins with a word of its own, and goes on at another place of the text, so that no
 * prefix cache holds it.
 */
export function makeLoadPrompt(words: number, nonce: string, number: number): string {
  const opening = `Note ${nonce}-${number}.`
  const story = Array.from({ length: Math.max(0, words) }, (_, at) => WORDS[(number * 37 + at) % WORDS.length]!)
  return [opening, story.join(' '), TASK].filter((part) => part !== '').join('\n\n')
}

const WORDS = PARAGRAPHS.flatMap((paragraph) => paragraph.split(' '))
