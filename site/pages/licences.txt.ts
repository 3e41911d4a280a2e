import type { APIRoute } from 'astro'
import { published } from '../data/published.ts'
import { formatDataLicences } from '../integrations/licences/format_licences.ts'
import { readTexts } from '../integrations/licences/texts.ts'

/** The licences of the data; those of the software are added when the build knows what it ships. */
export const GET: APIRoute = () => new Response(formatDataLicences(published('sources'), readTexts()))
