import { describe, expect, test } from 'vitest'
import { aptSettings, readIndexTargets, sourceLines } from '../../../engine/lab/sources.ts'

const targets = readIndexTargets(`http://mirror.example/debian|bookworm|bookworm
http://mirror.example/debian|bookworm-updates|bookworm-updates
http://mirror.example/debian-security|bookworm-security|bookworm-security
http://mirror.example/debian|bookworm-backports|bookworm-backports
https://packages.example/node|nodistro|
`)

describe('sourceLines', () => {
  test("this machine's own release", () => {
    expect(sourceLines(targets, 'bookworm', 'bookworm')).toEqual([
      'deb http://mirror.example/debian bookworm main',
      'deb http://mirror.example/debian bookworm-updates main',
      'deb http://mirror.example/debian-security bookworm-security main',
    ])
  })

  test('another release from the same mirrors', () => {
    expect(sourceLines(targets, 'bookworm', 'trixie')).toEqual([
      'deb http://mirror.example/debian trixie main',
      'deb http://mirror.example/debian trixie-updates main',
      'deb http://mirror.example/debian-security trixie-security main',
    ])
  })

  test('sid is one archive', () => {
    expect(sourceLines(targets, 'bookworm', 'sid')).toEqual(['deb http://mirror.example/debian sid main'])
  })

  test('sources that name the suite, with lists and without', () => {
    const line = 'deb http://m/debian trixie main'
    expect(sourceLines(readIndexTargets('http://m/debian|stable|bookworm'), 'bookworm', 'trixie')).toEqual([line])
    expect(sourceLines(readIndexTargets('http://m/debian|bookworm|'), 'bookworm', 'trixie')).toEqual([line])
  })

  test('several components give one line', () => {
    const twice = readIndexTargets('http://m/debian|bookworm|bookworm\nhttp://m/debian|bookworm|bookworm')
    expect(sourceLines(twice, 'bookworm', 'bookworm')).toHaveLength(1)
  })

  test('nothing where the machine is of another kind', () => {
    expect(sourceLines(targets, 'noble', 'bookworm')).toEqual([])
  })
})

describe('aptSettings', () => {
  const dump = `APT "";
Acquire "";
Acquire::http "";
Acquire::http::Proxy "http://proxy.example:3142";
Acquire::http::Proxy::deb.example "DIRECT";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Dir::Etc::main "apt.conf";
`
  test('proxies and the validity of release files, and nothing else of this machine', () => {
    expect(aptSettings(dump, 'bookworm')).toEqual([
      'Acquire::http::Proxy "http://proxy.example:3142";',
      'Acquire::http::Proxy::deb.example "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
    ])
  })

  test("sid's release file may be past its date", () => {
    expect(aptSettings('', 'sid')).toEqual(['Acquire::Check-Valid-Until "false";'])
    expect(aptSettings('', 'trixie')).toEqual([])
  })
})
