import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

const source = fileURLToPath(new URL('../../../examples/shop', import.meta.url))

/** A folder that is gone when the test is over. */
export const folderFor = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A release of the shop, built in a folder of its own. */
export const buildShop = async (fault = ''): Promise<string> => {
  const folder = folderFor('shop')
  cpSync(source, folder, { recursive: true, filter: (file) => !file.endsWith('/dist') })
  await execa('npm', ['run', '--silent', 'build'], { cwd: folder, env: { SHOP_FAULT: fault } })
  return folder
}

export interface Shop {
  readonly url: string
  readonly pid: number
  /** How it ended: its exit status, or the name of the signal. */
  readonly ended: Promise<number | string>
  said(): string
  /** Sends SIGTERM, unless another signal is named. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): void
}

/** Runs a release until the test is over; resolves when it listens. */
export const startShop = async (folder: string, env: Readonly<Record<string, string>> = {}): Promise<Shop> => {
  const known = { PORT: '0', RELEASE: 'v1-test', HOST_NAME: 'web1', BASKET_SECRET: 'of all instances' }
  const app = execa(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env: { ...known, ...env },
    reject: false,
    all: true,
    buffer: false,
    forceKillAfterDelay: false,
  })
  let said = ''
  onTestFinished(async () => {
    app.kill('SIGKILL')
    await app
  })
  const ended = app.then(({ exitCode, signal }) => exitCode ?? signal ?? 'unknown')
  const port = await new Promise<string>((resolve, reject) => {
    app.all.on('data', (chunk) => {
      said += chunk
      const match = /port (\d+)/.exec(said)
      if (match?.[1]) resolve(match[1])
    })
    void ended.then((how) => reject(new Error(`the shop ended with ${how}: ${said}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    pid: app.pid ?? 0,
    ended,
    said: () => said,
    stop: (signal = 'SIGTERM') => app.kill(signal),
  }
}

/** Migrates the data of a folder to what a release needs. */
export const migrate = async (folder: string, shared: string) => {
  const { exitCode, stdout, stderr } = await execa('npm', ['run', '--silent', 'migrate'], {
    cwd: folder,
    env: { SHARED: shared },
    reject: false,
  })
  return { exit: exitCode, said: stdout + stderr }
}
