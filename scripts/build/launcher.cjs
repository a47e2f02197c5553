#!/usr/bin/env node
// Starts the command from code that was compiled when it was built, which takes half the time of compiling it anew.
// Another version of Node than it was built with ignores that and compiles.
const { readFileSync, renameSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { Script } = require('node:vm')

const folder = `${__dirname}/lib`
const outside = createRequire(`${folder}/MAIN`)
const loaded = new Map()
const scripts = new Map()

const inside = (id) => (id.startsWith('./') ? load(id.slice(2)) : outside(id))
inside.resolve = outside.resolve

const read = (file) => {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

const load = (name) => {
  const known = loaded.get(name)
  if (known) return known.exports
  const filename = `${folder}/${name}`
  const compiled = `${filename}.${process.version}-${process.arch}`
  const module = { exports: {} }
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData: read(compiled) })
  loaded.set(name, module)
  script.runInThisContext().call(module.exports, module.exports, inside, module, filename, folder)
  scripts.set(compiled, script)
  return module.exports
}

/** Keeps what was compiled: by the build, at the end of a command. */
const keep = () => {
  for (const [file, script] of scripts) {
    writeFileSync(`${file}~`, script.createCachedData())
    renameSync(`${file}~`, file)
  }
}

if (process.env.FETTLE_COMPILE) process.once('exit', keep)

load('MAIN')
