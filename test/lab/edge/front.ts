import type { PracticeHost } from '../harness.ts'
import { does } from '../support/does.ts'

/** What an authority would say, and to which of its questions. */
export interface Refusal {
  readonly path: '/sign-me-up' | '/order-plz' | '/finalize-order'
  readonly status: number
  /** The last word of `urn:ietf:params:acme:error:`. */
  readonly error: string
  readonly detail: string
  readonly retryAfter?: string
}

export const frontPort = 14_100

const site = '/etc/nginx/sites-enabled/front'

const configuration = ({ path, status, error, detail, retryAfter }: Refusal): string => {
  const problem = JSON.stringify({ type: `urn:ietf:params:acme:error:${error}`, detail, status })
  const header = retryAfter === undefined ? '' : `add_header Retry-After "${retryAfter}" always;`
  return `
server {
  listen ${frontPort} ssl;
  ssl_certificate /etc/pebble/cert.pem;
  ssl_certificate_key /etc/pebble/key.pem;
  location / { proxy_pass https://127.0.0.1:14000; proxy_set_header Host $http_host; }
  location ^~ ${path} { default_type application/problem+json; ${header} return ${status} '${problem}'; }
}`
}

/** Puts something before the authority on a host that refuses one kind of question, and counts how often it is asked. */
export const refuse = async (host: PracticeHost, refusal: Refusal): Promise<void> => {
  await does(
    host,
    'export DEBIAN_FRONTEND=noninteractive; command -v nginx >/dev/null || apt-get -qq -y install nginx-light',
  )
  await does(host, `rm -f /etc/nginx/sites-enabled/*; cat >${site} <<'END'\n${configuration(refusal)}\nEND`)
  await does(host, 'nginx -t && : >/var/log/nginx/access.log && systemctl restart nginx')
}

/** How many questions of a kind it was asked since. */
export const askedFor = async (host: PracticeHost, path: Refusal['path']): Promise<number> =>
  Number((await host.sh(`grep -c '"POST ${path}' /var/log/nginx/access.log`)).stdout)
