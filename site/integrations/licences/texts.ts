import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../data/folder.ts'

/** Licence texts without a copyright line, which the attribution of a source has, by SPDX identifier. */
export function readTexts(): Record<string, string> {
  const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8').trim()
  return {
    'Apache-2.0': read('LICENSE'),
    'BSD-3-Clause': read('site/integrations/licences/BSD-3-Clause.txt'),
    MIT: read('site/integrations/licences/MIT.txt'),
  }
}
