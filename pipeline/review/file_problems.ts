import type { Problem } from '../../contracts/index.ts'
import type { DataFile } from '../read/discover.ts'
import type { UnpackError } from '../read/unpack.ts'

/** What is wrong with a packed file that cannot be unpacked. */
export function damagedFile({ compression }: Pick<DataFile, 'compression'>, error: UnpackError): Problem {
  return {
    column: 1,
    path: '$',
    expected: `a whole ${compression} file`,
    found: error.message,
    fix: 'compress the file again',
  }
}

/** What is wrong with a line that is not text. */
export function notUtf8(): Problem {
  return {
    column: 1,
    path: '$',
    expected: 'UTF-8 text',
    found: 'bytes that are not UTF-8',
    fix: 'save the file as UTF-8',
  }
}
