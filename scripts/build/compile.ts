import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { Chunk } from './chunks.ts'
import { type Host, startHost } from './host.ts'

const site = `
name: build
groups:
  all: { base: { users: { build: {} } }, build: }
  web: { nginx: { sites: { build: { root: /srv/www/build } } } }
  lb: { haproxy: { frontends: { web: { backend: web } }, backends: { web: { group: web } } } }
`

const role = `
import { defineRole, directory, file, z } from 'fettle'
export default defineRole({
  name: 'build',
  summary: 'A role of the site.',
  settings: z.strictObject({ text: z.string().default('text') }),
  resources: ({ settings, render }) => [
    directory.present({ path: '/var/lib/build' }),
    ...['a', 'b'].map((name) =>
      file.present({
        path: '/var/lib/build/' + name,
        content: render('build/file', { text: settings.text }),
        validate: { name: 'build', script: 'true' },
      }),
    ),
  ],
})
`

const inventory = ({ port }: Host): string => `
all:
  vars:
    ansible_become: false
    ansible_user: build
    ansible_ssh_private_key_file: key
    fettle_known_hosts: [known_hosts]
  children:
    web: { hosts: { here: { ansible_host: 127.0.0.1, ansible_port: ${port} } } }
    lb: { hosts: { nowhere: { ansible_host: 127.0.0.1, ansible_port: 1 } } }
`

/** What is run through here is compiled; each run adds to what the ones before it compiled. */
const commands = [['plan'], ['provision', '--yes', '--roles', 'build'], ['inventory', '--list']]

/** Compiles what commands run through, by running them: on this machine, which is only read, and one that is not there. */
export const compile = async (chunks: readonly Chunk[]): Promise<void> => {
  await removeCompiled(chunks)
  const folder = await mkdtemp(join(tmpdir(), 'fettle-build-'))
  const host = await startHost()
  try {
    await writeSite(folder, host)
    const options = { cwd: folder, env: { FETTLE_COMPILE: 'yes' }, reject: false }
    for (const command of commands)
      await execa(process.execPath, [join(process.cwd(), 'bin/fettle'), ...command], options)
  } finally {
    host.stop()
    await rm(folder, { recursive: true })
  }
}

const writeSite = async (folder: string, host: Host): Promise<void> => {
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content, { mode: 0o600 })
  }
  await write('site.yml', site)
  await write('inventory/build.yml', inventory(host))
  await write('roles/build/index.ts', role)
  await write('templates/build/file', '{% if text %}{{ text }}{% endif %}\n')
  await write('known_hosts', host.knownHosts)
  await write('key', host.userKey)
}

/** Code that another build compiled from chunks of the same name. */
const removeCompiled = async (chunks: readonly Chunk[]): Promise<void> => {
  const isCompiled = (file: string) => chunks.some(({ name }) => file.startsWith(`${name}.`))
  for (const file of await readdir('bin/lib')) if (isCompiled(file)) await rm(join('bin/lib', file))
}
