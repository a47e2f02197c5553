import { expect, test } from 'vitest'
import type { FettleError } from '../../../engine/core/error.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { type Files, folderOf, problemsOf } from './site.ts'

const render = (files: Files, variables = {}) => loadTemplates([folderOf(files)]).render('main', variables)

const mistakes = (files: Files, variables = {}): string[] => {
  const folder = folderOf(files)
  return problemsOf(() => loadTemplates([folder]).render('main', variables), folder)
}

test('the first folder that has a template wins', () => {
  const own = folderOf({ 'nginx/site.conf': 'own' })
  const shipped = folderOf({ 'nginx/site.conf': 'shipped', 'nginx/nginx.conf': '{% include "nginx/site.conf" %}!' })
  const templates = loadTemplates([own, shipped, '/nonexistent'])
  expect(templates.render('nginx/site.conf', {})).toBe('own')
  expect(templates.render('nginx/nginx.conf', {})).toBe('own!')
})

test('a template that is not there', () => {
  const templates = loadTemplates([folderOf({ 'nginx/site.conf': '' })])
  expect(problemsOf(() => templates.render('nginx/sites.conf', {}))).toEqual([
    'there is no template "nginx/sites.conf" (did you mean "nginx/site.conf"?)',
  ])
  expect(() => templates.render('../../etc/passwd', {})).toThrow('there is no template')
  expect(() => templates.render('nginx', {})).toThrow('there is no template')
})

test('included templates see names and loops, and are checked with them', () => {
  const files = {
    main: '{% set a = 1 %}{% for k, v in d %}{% include "part" %}{% endfor %}',
    part: '{{ a }}{{ k }}{{ v }}{{ x }}',
  }
  expect(render(files, { d: { y: 2 }, x: 3 })).toBe('1y23')
  expect(mistakes(files, { d: { y: 2 } })).toEqual(['part:1:25 unknown name "x" (it is given d)'])
})

test('imported macros see only what they are given', () => {
  const files = {
    main: '{% from "m" import line, k as other %}{% import "m" as m %}{{ line(x) }}{{ m.line(1) }}{{ other }}',
    m: '{% set k = 7 %}{% macro line(a) %}<{{ a }}{{ k }}>{% endmacro %}',
  }
  expect(render(files, { x: 3 })).toBe('<37><17>7')
  expect(
    mistakes({ main: '{% import "m" as m %}{{ m.f() }}', m: '{% macro f() %}{{ x }}{% endmacro %}' }, { x: 1 }),
  ).toEqual([
    'm:1:19 "x" cannot be seen here (give it to the macro as an argument, or import the template "with context")',
  ])
  expect(
    render(
      { main: '{% import "m" as m with context %}{{ m.f() }}', m: '{% macro f() %}{{ x }}{% endmacro %}' },
      { x: 1 },
    ),
  ).toBe('1')
  expect(mistakes({ main: '{% from "m" import lnie %}', m: '{% macro line() %}{% endmacro %}' })).toEqual([
    'main:1:20 "m" sets no "lnie" (did you mean "line"?)',
  ])
})

test('extended templates hand names to the blocks', () => {
  const files = {
    main: '{% extends "base" %}{% set title = "t" %}{% block row %}[{{ item }}{{ super() }}]{% endblock %}',
    base: '{{ title }}:{% for item in [1, 2] %}{% block row %}r{% endblock %}{% endfor %}',
  }
  expect(render(files)).toBe('t:[1r][2r]')
  expect(mistakes({ ...files, main: '{% extends "base" %}{% block row %}{{ itm }}{% endblock %}' })).toEqual([
    'base:1:4 unknown name "title" (it is given nothing)',
    'main:1:39 unknown name "itm" (did you mean "item"?)',
  ])
})

test('mistakes in another template point there', () => {
  expect(mistakes({ main: 'a\n{% include "prat" %}', part: '' })).toEqual([
    'main:2:12 there is no template "prat" (did you mean "part"?)',
  ])
  expect(mistakes({ main: '{% include "part" %}', part: '{% if %}' })).toEqual(['part:1:7 unexpected token: %}'])
  expect(mistakes({ main: '{% include "part" %}', part: '\n{{ d.b }}' }, { d: {} })[0]).toMatch(
    /^part:2:6 d has no "b"/,
  )
  expect(
    mistakes({ main: '{% from "m" import f %}\n{{ f({}) }}', m: '{% macro f(d) %}{{ d.b }}{% endmacro %}' })[0],
  ).toMatch(/^m:1:22 /)
  expect(render({ main: '{% include "none" ignore missing %}x' })).toBe('x')
})

test('templates that include each other', () => {
  expect(mistakes({ main: '{% include "b" %}', b: '{% if x %}{% include "main" %}{% endif %}' }, { x: 1 })).toEqual([
    'b:1:22 "main" includes itself (repeat with a macro that calls itself)',
  ])
  expect(render({ main: '{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(2) }}' })).toBe(
    '210',
  )
})

test('the frame shows the place', () => {
  const folder = folderOf({ main: 'one\nport {{ prot }};\nthree\nfour' })
  try {
    loadTemplates([folder]).render('main', { port: 1 })
  } catch (error) {
    const frame = (error as FettleError).problems[0].frame
    expect(frame).toBe('  1 | one\n> 2 | port {{ prot }};\n    |         ^\n  3 | three')
    expect((error as FettleError).code).toBe('template.invalid')
  }
  expect.assertions(2)
})
