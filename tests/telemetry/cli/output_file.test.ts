import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeAtomically } from '../../../telemetry/cli/output_file.ts'
import { makeFolder } from '../support/run_orch.ts'

it('a file is written through no link that waits in the place of a temporary file', () => {
  const folder = makeFolder()
  const [out, victim] = [join(folder, 'out.jsonl'), join(folder, 'victim')]
  writeFileSync(victim, 'precious')
  symlinkSync(victim, `${out}.${process.pid}.tmp`)
  writeAtomically(out, 'new\n')
  expect(readFileSync(out, 'utf8')).toBe('new\n')
  expect(readFileSync(victim, 'utf8')).toBe('precious')
  expect(readdirSync(folder)).toHaveLength(3)
})
