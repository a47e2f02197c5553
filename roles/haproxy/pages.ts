import type { Attachments, Declaration } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { joined, type Text } from '../../engine/core/secret.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { secondsIn } from './common-settings.ts'
import type { HaproxySettings } from './settings.ts'

const folder = '/etc/haproxy/pages'
const pageAt = (status: number): string => `${folder}/${status}.http`

const again = 'Please try again in a moment.'

/** What HAProxy answers by itself, in words for people. */
const answers = [
  {
    ...{ status: 400, reason: 'Bad Request', heading: 'That was not understood' },
    text: 'Your browser sent something that this site cannot read.',
  },
  {
    ...{ status: 403, reason: 'Forbidden', heading: 'This is not for you' },
    text: 'This site does not answer such requests.',
  },
  {
    ...{ status: 408, reason: 'Request Timeout', heading: 'That took too long' },
    text: `Your request did not arrive in time. ${again}`,
  },
  {
    ...{ status: 429, reason: 'Too Many Requests', heading: 'Too many requests' },
    text: `More comes from your address than this site answers at a time. ${again}`,
  },
  {
    ...{ status: 500, reason: 'Internal Server Error', heading: 'Something went wrong' },
    text: `This site could not answer. ${again}`,
  },
  {
    ...{ status: 502, reason: 'Bad Gateway', heading: 'Something went wrong' },
    text: `This site gave an answer that makes no sense. ${again}`,
  },
  {
    ...{ status: 503, reason: 'Service Unavailable', heading: 'We are not here at the moment' },
    text: `This site cannot answer right now. ${again}`,
  },
  {
    ...{ status: 504, reason: 'Gateway Timeout', heading: 'The answer took too long' },
    text: `This site is slow at the moment. ${again}`,
  },
] as const

type Answer = (typeof answers)[number]
type Context = Pick<RoleContext<HaproxySettings>, 'settings' | 'render'>

/** Where they are, for the configuration. */
export const pages = answers.map(({ status }) => ({ status, path: pageAt(status) }))

export const pageFiles = (context: Context, inForce: Attachments): readonly Declaration[] => [
  directory.present({ path: folder }),
  ...answers.map((answer) =>
    file.present({ path: pageAt(answer.status), content: answerOf(context, answer), ...inForce }),
  ),
]

/** With its head: only so does HAProxy, from 3.1 on, also send it to those whose requests it cannot even read. */
const answerOf = ({ settings, render }: Context, answer: Answer): Text => {
  const page = render('haproxy/error.html', answer)
  const headers = [
    `HTTP/1.1 ${answer.status} ${answer.reason}`,
    'Content-Type: text/html; charset=utf-8',
    'Cache-Control: no-store',
    // Without it the connection would end with each of them.
    ...(typeof page === 'string' ? [`Content-Length: ${Buffer.byteLength(page)}`] : []),
    ...(answer.status === 429 ? [`Retry-After: ${secondsIn(settings.limits.period)}`] : []),
  ]
  return joined`${headers.join('\r\n')}\r\n\r\n${page}`
}
