import { describe, expect, test } from 'vitest'
import { readHostEntry } from '../../../engine/inventory/ranges.ts'

describe('an entry under hosts', () => {
  test.each([
    ['web1', ['web1']],
    ['web[1:3]', ['web1', 'web2', 'web3']],
    ['web[08:11]', ['web08', 'web09', 'web10', 'web11']],
    ['web[0:10:5].example.com', ['web0.example.com', 'web5.example.com', 'web10.example.com']],
    ['[:2]', ['0', '1', '2']],
    ['db-[a:c]', ['db-a', 'db-b', 'db-c']],
    ['db-[a:f:2]', ['db-a', 'db-c', 'db-e']],
    ['[y:B]x', ['yx', 'zx', 'Ax', 'Bx']],
    ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb']],
    ['10.0.0.[9:10]', ['10.0.0.9', '10.0.0.10']],
    ['fe80::1', ['fe80::1']],
    ['_x-1.y_', ['_x-1.y_']],
  ])('%s stands for %j', (entry, names) => {
    expect(readHostEntry(entry)).toEqual({ names })
  })

  test.each([
    ['web1:2222', { names: ['web1'], port: 2222 }],
    ['web[1:2]:22', { names: ['web1', 'web2'], port: 22 }],
    ['[fe80::1]:2222', { names: ['fe80::1'], port: 2222 }],
  ])('%s has a port', (entry, expected) => {
    expect(readHostEntry(entry)).toEqual(expected)
  })

  test.each([
    ['web[3:1]', '[3:1] ends before it begins'],
    ['web[c:a]', '[c:a] ends before it begins'],
    ['web[1:]', '[1:] must say where it ends'],
    ['web[1]', '[1] must be [first:last] or [first:last:step]'],
    ['web[1:2:3:4]', '[1:2:3:4] must be [first:last] or [first:last:step]'],
    ['web[1:9:0]', 'the step of [1:9:0] must be at least 1'],
    ['web[01:100]', 'both ends of [01:100] must have the same length'],
    ['web[a:9]', '[a:9] must go from number to number or from letter to letter'],
    ['web[1:3', 'a range that begins with "[" must end with "]"'],
    ['web[0:99999999]', '[0:99999999] stands for more than 65536 hosts'],
    ['w[1:999]x[1:999]', '[1:999] stands for more than 65536 hosts'],
    ['web1:70000', '70000 is not a port'],
    ['a b', '"a b" is not a host name: letters, digits, "-", "_" and "." make one'],
    ['-oProxyCommand=x', '"-oProxyCommand=x" is not a host name: letters, digits, "-", "_" and "." make one'],
    ['../etc', '"../etc" is not a host name: letters, digits, "-", "_" and "." make one'],
    ['a..b', '"a..b" is not a host name: letters, digits, "-", "_" and "." make one'],
    ['$(id)', '"$(id)" is not a host name: letters, digits, "-", "_" and "." make one'],
    ['', '"" is not a host name: letters, digits, "-", "_" and "." make one'],
  ])('%s is refused', (entry, message) => {
    expect(() => readHostEntry(entry)).toThrow(new RangeError(message))
  })
})
