import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../../roles/hardening/control.ts'
import { kernel } from '../../../roles/hardening/kernel.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-usb-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Stands in for a program of the host. */
const program = (name: string, script: string) => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}

const refusal = (): string => {
  const control = kernel.find(({ name }) => name === 'usb-storage')
  return control?.resources({} as Context)[0]?.attachments.validate?.script ?? ''
}

test.each([
  ['a disk on USB that is mounted', '/dev/sda1\ntmpfs', 1],
  ['one among others', '/dev/vda\n/dev/sda1', 1],
  ['none', '/dev/vda\ntmpfs', 0],
  ['no disk at all, as on ZFS, whatever is plugged in', 'tank/root\ntmpfs', 0],
])('USB disks are forbidden only where none is in use: %s', async (_, mounted, exit) => {
  program('findmnt', `printf '%s\\n' '${mounted.replaceAll('\n', "' '")}'`)
  // Of a partition lsblk tells what its disk is connected by; without arguments, of all that there are.
  program('lsblk', '[ $# -gt 2 ] || set -- /dev/sda1\ncase "$*" in *sda1*) printf "\\nusb\\n" ;; *) echo ;; esac')
  const { exitCode, stderr } = await execa('sh', ['-c', refusal()], {
    reject: false,
    env: { PATH: `${folder}:${process.env.PATH}` },
  })
  expect([exitCode, stderr]).toEqual([exit, exit === 0 ? '' : 'a disk on USB is in use here'])
})
