import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensurePrerequisites } from '../../engine/lab/prerequisites.ts'

const path = process.env.PATH
let folder: string

/** Takes as long as an installation does compared with asking for it, and refuses another one meanwhile. */
const aptGet = (bin: string) => `#!/bin/sh
echo "$*" >>${bin}/calls
mkdir ${bin}/busy 2>/dev/null || { echo 'Could not get lock' >&2; exit 100; }
sleep 0.2
case " $* " in *' install '*)
  for tool in systemd-nspawn mmdebstrap; do echo '#!/bin/sh' >${bin}/$tool; chmod +x ${bin}/$tool; done
esac
rmdir ${bin}/busy
`

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-bin-'))
  for (const tool of ['sh', 'cat', 'sleep', 'mkdir', 'rmdir', 'chmod', 'flock', 'tar', 'ssh'])
    symlinkSync(`/usr/bin/${tool}`, join(folder, tool))
  // What is there anyway, whatever this machine has.
  for (const tool of ['nft', 'ip']) symlinkSync('sh', join(folder, tool))
  writeFileSync(join(folder, 'apt-get'), aptGet(folder))
  chmodSync(join(folder, 'apt-get'), 0o755)
  process.env.PATH = folder
})

afterEach(() => {
  process.env.PATH = path
  rmSync(folder, { recursive: true })
})

test('what labs that start at once find missing is installed once', async () => {
  const said: string[] = []
  const options = { stateDir: folder, say: (line: string) => said.push(line) }
  await Promise.all([1, 2, 3, 4].map(() => ensurePrerequisites(options)))
  expect(said).toEqual(['installing systemd-container, mmdebstrap on this machine'])
  expect(readFileSync(join(folder, 'calls'), 'utf8').match(/ install /g)).toHaveLength(1)
})
