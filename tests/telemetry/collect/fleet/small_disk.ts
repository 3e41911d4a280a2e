import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const PIECE = Buffer.alloc(65_536)

/** A folder on a file system of its own that can be filled up; an ordinary one where this user may not mount any. */
export class SmallDisk {
  readonly dir: string
  readonly canFill: boolean
  readonly #volume: string

  constructor(folder: string, size_mb: number) {
    this.#volume = join(folder, 'volume')
    this.dir = join(this.#volume, 'collect')
    mkdirSync(this.#volume)
    const options = ['-t', 'tmpfs', '-o', `size=${size_mb}m`, 'tmpfs', this.#volume]
    this.canFill = process.platform === 'linux' && process.getuid?.() === 0 && run('mount', options)
    mkdirSync(this.dir, { mode: 0o700 })
  }

  /** Takes every byte that is free. */
  fill(): void {
    if (!this.canFill) return
    const file = openSync(this.#filler, 'w')
    for (let bytes = PIECE.length; bytes > 0; ) {
      try {
        while (writeSync(file, PIECE, 0, bytes) === bytes);
      } catch {
        // Smaller pieces may still fit.
      }
      bytes = Math.floor(bytes / 16)
    }
    closeSync(file)
  }

  empty(): void {
    rmSync(this.#filler, { force: true })
  }

  dispose(): void {
    if (this.canFill) run('umount', [this.#volume])
  }

  get #filler(): string {
    return join(this.#volume, 'filler')
  }
}

function run(program: string, args: string[]): boolean {
  return spawnSync(program, args).status === 0
}
