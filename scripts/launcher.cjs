#!/usr/bin/env node
// Starts the bundle from code that was compiled when it was built, which takes half the time of compiling it anew.
// Another version of Node than it was built with ignores that and compiles.
const { readFileSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { constants, Script } = require('node:vm')

const folder = `${__dirname}/lib`
const file = `${folder}/BUNDLE`
const compiled = `${file}.${process.version}-${process.arch}`

const cachedData = (() => {
  try {
    return readFileSync(compiled)
  } catch {
    return undefined
  }
})()
const names = ['exports', 'require', 'module', '__filename', '__dirname']
const source = `(function (${names}) {${readFileSync(file, 'latin1')}\n})`
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
const script = new Script(source, { filename: file, cachedData, importModuleDynamically })
if (process.env.FETTLE_COMPILE) process.once('exit', () => writeFileSync(compiled, script.createCachedData()))

const main = { exports: {} }
script.runInThisContext().call(main.exports, main.exports, createRequire(file), main, file, folder)
