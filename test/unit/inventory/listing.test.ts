import { join } from 'node:path'
import { expect, test } from 'vitest'
import { graph, hostJson, listJson, loadInventory } from '../../../engine/inventory/index.ts'
import { folderWith, problemsOf } from './folder.ts'

const load = (text: string, options = {}) =>
  loadInventory(join(folderWith({ 'hosts.yml': text }), 'hosts.yml'), options)

const text = `
all:
  hosts: {lone: }
  children:
    site: {children: {web: , db: }}
web:
  vars: {b: 1, a: {z: 1, y: [{d: 1, c: 2}]}, groups: 3}
  hosts: {"web[1:2]": }
`

test('the list has sorted keys, and neither empty groups nor names that are Ansible’s own', async () => {
  const list = listJson(await load(text))
  expect(list.split('\n').slice(0, 20).join('\n')).toBe(`{
    "_meta": {
        "hostvars": {
            "web1": {
                "a": {
                    "y": [
                        {
                            "c": 2,
                            "d": 1
                        }
                    ],
                    "z": 1
                },
                "b": 1
            },
            "web2": {
                "a": {
                    "y": [
                        {
                            "c": 2,`)
  expect(Object.keys(JSON.parse(list))).toEqual(['_meta', 'all', 'site', 'ungrouped', 'web'])
  expect(JSON.parse(list).all).toEqual({ children: ['ungrouped', 'site'] })
})

test('one host', async () => {
  expect(JSON.parse(hostJson(await load(text), 'web2'))).toEqual({ a: { y: [{ c: 2, d: 1 }], z: 1 }, b: 1 })
  const [problem] = await problemsOf(async () => hostJson(await load(text), 'web3'))
  expect(problem).toEqual({ code: 'limit.unknown', message: 'no host "web3"', hint: 'did you mean "web1"?' })
})

test('what a lab says is listed', async () => {
  const overlay = { web1: { ansible_host: '10.9.0.2' } }
  expect(JSON.parse(hostJson(await load(text, { overlay }), 'web1'))).toMatchObject({ ansible_host: '10.9.0.2', b: 1 })
})

test('the graph', async () => {
  expect(graph(await load(text))).toBe(`@all:
  |--@ungrouped:
  |  |--lone
  |--@site:
  |  |--@web:
  |  |  |--web1
  |  |  |--web2
  |  |--@db:`)
})

test('hosts of another group are not ungrouped, wherever they are listed', async () => {
  const tree = graph(await load('ungrouped: {hosts: {a: , b: }}\nall: {hosts: {c: , a: }}\nweb: {hosts: {a: }}\n'))
  expect(tree.split('\n').slice(1)).toEqual(['  |--@ungrouped:', '  |  |--b', '  |  |--c', '  |--@web:', '  |  |--a'])
})
