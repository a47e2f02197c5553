import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { reportText } from '../../load/generator/report.ts'
import { startLoadApart } from '../../load/support/apart.ts'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'

const lab = usePracticeHosts(['lb1', 'web1', 'web2'])

const rollout = { canarySoak: 1, soak: 1 }
const siteYml = (proxies: readonly string[]) =>
  JSON.stringify({
    name: 'served',
    groups: {
      web: {
        nginx: { trustedProxies: 'lb' },
        php: {
          apps: {
            blog: {
              ...{ port: 8080, balancers: 'lb', source: { folder: 'blog' }, rollout, shared: ['uploads'] },
              ...{ environment: { GREETING: 'hello; there' }, health: { path: '/health', release: 'X-Release' } },
              migrate: `php -r 'file_put_contents(getenv("SHARED") . "/migrated", "yes");'`,
            },
          },
        },
        static: {
          apps: { docs: { balancers: 'lb', source: { folder: 'docs' }, rollout, default: true, maxAge: 3600 } },
        },
      },
      lb: {
        haproxy: {
          frontends: { web: { port: 80, backend: 'docs', routes: [{ paths: ['/blog'], backend: 'blog' }] } },
          backends: { docs: { app: 'docs' }, blog: { app: 'blog' } },
          trustedProxies: proxies,
        },
      },
    },
  })

const blog = `<?php
header('X-Release: ' . parse_ini_file(__DIR__ . '/../.release')['RELEASE']);
file_put_contents(getenv('SHARED') . '/uploads/last', 'seen');
if ($_SERVER['REQUEST_URI'] === '/blog/who') exit($_SERVER['REMOTE_ADDR'] . ' ' . ($_SERVER['HTTPS'] ?? 'off'));
echo getenv('GREETING'), ' from ', basename(dirname(__DIR__)), "\\n";
`
const page = (words: string) => `<!doctype html><title>docs</title><h1>${words}</h1></html>\n`

let site: Site
/** This machine, which stands for a proxy in front. */
const machine = () => managementOf(lab.host('lb1'))
const url = () => `http://${lab.host('lb1').address}/`
const ask = async (path: string) => (await fetch(new URL(path, url()))).text()
const done = async (...args: readonly string[]) => {
  expectDone(await site.fettle(...args))
}

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml([machine()]),
    hosts: { lb: [lab.host('lb1')], web: [lab.host('web1'), lab.host('web2')] },
  })
  await mkdir(join(site.folder, 'blog/public'), { recursive: true })
  await mkdir(join(site.folder, 'docs/assets'), { recursive: true })
  await writeFile(join(site.folder, 'blog/public/index.php'), blog)
  await writeFile(join(site.folder, 'docs/index.html'), page('one'))
  await writeFile(join(site.folder, 'docs/assets/a.css'), 'body {}\n')
  await done('provision', '--yes')
  await done('deploy', 'blog', '--version', 'v1', '--yes')
  await done('deploy', 'docs', '--version', 'v1', '--yes')
})

describe('releases that nginx serves', () => {
  test('are served, with what the app is given and what survives it', async () => {
    expect(await ask('/blog')).toMatch(/^hello; there from v1-\w{12}\n$/)
    expect(await ask('/')).toBe(page('one'))
    const css = await fetch(new URL('/assets/a.css', url()))
    expect(css.headers.get('cache-control')).toBe('public, max-age=3600, immutable')
    expect((await fetch(new URL('/.release', url()))).status).toBe(404)
    expect((await lab.host('web1').sh('cat /srv/blog/shared/migrated')).stdout).toBe('yes')
    expect((await lab.host('web1').sh('cd /srv/blog/shared && stat -c %U uploads/last')).stdout).toBe('blog\n')
  })

  test('hear who their client is, and whether it came over TLS', async () => {
    const who = async (headers: Record<string, string>) =>
      (await fetch(new URL('/blog/who', url()), { headers })).text()
    expect(await who({})).toBe(`${machine()} off`)
    expect(await who({ 'X-Forwarded-Proto': 'https' })).toBe(`${machine()} on`)
  })

  test('leave nothing to provision', async () => {
    expect((await site.fettle('provision', '--yes')).stdout).toContain('Nothing to do')
  })

  test('change without a failed request, forth and back', async () => {
    const pages = [
      { path: '/blog', contains: 'hello' },
      { path: '/index.html', contains: '</html>' },
    ]
    const load = await startLoadApart({ url: url(), pages, streams: { download: null, order: null } })
    await cp(join(site.folder, 'docs/index.html'), join(site.folder, 'docs/old.html'))
    await writeFile(join(site.folder, 'docs/index.html'), page('two'))
    await done('deploy', 'docs', '--version', 'v2', '--yes')
    await done('deploy', 'blog', '--version', 'v2', '--yes')
    expect(await ask('/')).toBe(page('two'))
    expect(await ask('/blog')).toMatch(/ from v2-/)
    await done('rollback', 'docs', '--yes')
    expect(await ask('/')).toBe(page('one'))
    const result = await load.stop()
    process.stderr.write(`nginx and php-fpm: ${reportText(result).split('\n', 1)[0]}\n`)
    expect(result.examples).toEqual([])
    expect(result.failed).toBe(0)
    expect(result.requests).toBeGreaterThan(100)
  })
})
