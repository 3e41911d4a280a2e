import type { APIRoute } from 'astro'
import { searchEntries } from '../data/search.ts'

/** What the search of every page looks through; loaded when it is opened. */
export const GET: APIRoute = () => Response.json(searchEntries())
