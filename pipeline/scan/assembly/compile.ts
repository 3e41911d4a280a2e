import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const SOURCE = join(import.meta.dirname, 'follow_lines.ts')

/** Where the compiled module lies: committed, so that a build needs no compiler. */
export const COMPILED = join(import.meta.dirname, 'follow_lines.wasm')

/** Compiles follow_lines.ts. Throws with the compiler's words where it does not compile. */
export async function compile(): Promise<Uint8Array> {
  let binary: Uint8Array | null = null
  const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--initialMemory', '1']
  const { error, stderr } = await asc.main([SOURCE, ...options, '--outFile', 'out.wasm'], {
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents
    },
  })
  if (error || binary === null) throw new Error(`${SOURCE}: ${stderr.toString()}`, { cause: error })
  return binary
}

if (import.meta.main) writeFileSync(COMPILED, await compile())
