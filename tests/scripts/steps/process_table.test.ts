import { expect, test } from 'vitest'
import { listProcesses, listWithPs, readEnvironment } from '../../../scripts/steps/process_table.ts'

test('lists this process, with its parent and its command', () => {
  const own = listProcesses().find(({ pid }) => pid === process.pid)
  expect(own).toMatchObject({ parentPid: process.ppid, command: expect.stringContaining('node') })
  expect(readEnvironment(process.pid)).toContain('VITEST=true\0')
})

test('ps tells the same of a process', () => {
  const [own, same] = [listProcesses(), listWithPs()].map((list) => list.find(({ pid }) => pid === process.pid)!)
  expect(same).toMatchObject({ parentPid: own!.parentPid, groupId: own!.groupId })
  expect(same!.started).toMatch(/ \d{4}$/)
})
