import { describe, expect, test } from 'vitest'
import { validationScript } from '../../../engine/converge/perform/validation.ts'
import type { Place, Step, Unplace } from '../../../engine/core/step.ts'
import { script } from '../../../engine/core/step.ts'
import { isRoot } from './support/machine.ts'
import { shInNamespace } from './support/shell.ts'

const common = { title: '', effects: [], touches: [] } as const
const placed = (path: string, content: string, change: Partial<Place> = {}): Place => ({
  ...{ does: 'place', path, content, owner: 'root', group: 'root', mode: '0644', relies: null, ...common },
  ...change,
})
const gone = (path: string): Unplace => ({ does: 'unplace', path, relies: '', restore: false, ...common })

const before = 'mkdir -p /mnt/app/d; echo old >/mnt/app/edited; echo same >/mnt/app/same; echo old >/mnt/app/gone'
/** What is in the folder, each file with its content. */
const list = 'cd /mnt/app && find . -type f | LC_ALL=C sort | while read -r f; do echo "$f $(cat "$f")"; done'
const steps: Step[] = [
  placed('/mnt/app/edited', 'new\n'),
  placed('/mnt/app/d/added', "it's $(id) é\n%s\n"),
  placed('/mnt/app/new/below', 'deep\n'),
  gone('/mnt/app/gone'),
  script('not a file', 'echo ran >/mnt/app/ran'),
]
const future = "./d/added it's $(id) é\n%s\n./edited new\n./new/below deep\n./same same\n"
const present = './edited old\n./gone old\n./same same\n'

/** What the validator says and ends with, and what is there afterwards. */
const judge = (body: string, changes: readonly Step[], prepare = '') => {
  const validation = validationScript({ name: 'app', script: body }, changes, 'ready')
  const { stdout, stderr } = shInNamespace(
    `${before}\n${prepare}\n(${validation}\n)\necho "exit $?"\n${list}\nmount | grep -c fettle-stage; ls -A /run/fettle-stage`,
  )
  const [told = '', rest = ''] = stdout.split(/^exit /m)
  const [exit, ...after] = rest.split('\n')
  return {
    told,
    exit: Number(exit),
    after: after.join('\n'),
    stderr: stderr.replace(/^ready\n/m, ''),
    ready: /^ready$/m.test(stderr),
  }
}

const untouched = `${present}0\n`
/** A kernel that knows no overlay. */
const noOverlay = `mkdir /run/bin && cat >/run/bin/mount <<'END' && chmod +x /run/bin/mount; PATH=/run/bin:$PATH
#!/bin/sh
case $* in *overlay*) exit 1 ;; esac
exec /bin/mount "$@"
END`

describe.skipIf(!isRoot)('a configuration is judged as it will be (needs root)', () => {
  test.each([
    ['an overlay', ''],
    ['a copy, where there is no overlay', noOverlay],
  ])('additions, edits and removals as a whole, over %s', (_, prepare) => {
    expect(judge(list, steps, prepare)).toEqual({ told: future, exit: 0, after: untouched, stderr: '', ready: true })
  })

  test('its words and its exit status are the validator’s', () => {
    expect(judge('echo "line 3 is bad" >&2; exit 7', steps)).toEqual({
      told: '',
      exit: 7,
      after: untouched,
      stderr: 'line 3 is bad\n',
      ready: true,
    })
  })

  test('what the validator writes there vanishes', () => {
    expect(judge('echo x >/mnt/app/same; rm /mnt/app/edited; echo x >/mnt/app/made', steps).after).toBe(untouched)
  })

  test('the validator reads nothing of the script that runs it', () => {
    expect(judge('cat; echo done', steps)).toMatchObject({ told: 'done\n', exit: 0 })
  })

  test('only its last word counts', () => {
    expect(judge('false; echo went on', steps)).toMatchObject({ told: 'went on\n', exit: 0 })
  })

  test('however long it is', () => {
    expect(judge('wc -c </mnt/app/d/long', [placed('/mnt/app/d/long', 'é'.repeat(150_000))]).told).toBe('300000\n')
  })

  test('with owner and mode', () => {
    const secret = placed('/mnt/app/d/secret', 'x', { mode: '0640', owner: '65534', group: '65534' })
    expect(judge('stat -c "%u %g %a" /mnt/app/d/secret', [secret]).told).toBe('65534 65534 640\n')
  })

  test('a link is replaced by the file that takes its place', () => {
    const link = 'echo precious >/mnt/app/target; ln -s target /mnt/app/link'
    const { told } = judge('cat /mnt/app/link /mnt/app/target', [placed('/mnt/app/link', 'ours\n')], link)
    expect(told).toBe('ours\nprecious\n')
  })

  test('the rest of the host is as it is', () => {
    const { told } = judge('ls /run/outside; head -c 4 /proc/self/status; echo', steps, 'touch /run/outside')
    expect(told).toBe('/run/outside\nName\n')
  })

  test('what cannot be staged is not found good', () => {
    expect(judge('echo fine', [placed('/mnt/app/d', 'in place of a directory')])).toMatchObject({
      told: '',
      after: untouched,
    })
    const unjudged = judge('echo fine', [placed('/mnt/app/d', 'x')])
    expect([unjudged.exit === 0, unjudged.ready]).toEqual([false, false])
    expect(judge('echo fine', [placed('/mnt/app/a', 'x', { owner: 'nobody-of-that-name' })])).toMatchObject({
      told: '',
    })
  })

  test('with nothing to change it is judged as it is', () => {
    expect(judge(list, [])).toMatchObject({ told: present, exit: 0 })
  })
})
