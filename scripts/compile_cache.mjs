import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Keeps compiled modules from run to run: else half of the time of a short command goes into reading TypeScript.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled'))
