import type { Role } from '../engine/core/role.ts'
import app from './app/index.ts'
import backup from './backup/index.ts'
import base from './base/index.ts'
import ca from './ca/index.ts'
import controller from './controller/index.ts'
import haproxy from './haproxy/index.ts'
import hardening from './hardening/index.ts'
import keepalived from './keepalived/index.ts'
import letsencrypt from './letsencrypt/index.ts'
import mysql from './mysql/index.ts'
import nginx from './nginx/index.ts'
import pebble from './pebble/index.ts'
import php from './php/index.ts'
import prometheus from './prometheus/index.ts'
import static_ from './static/index.ts'
import ufw from './ufw/index.ts'

/** The roles that come with Fettle. */
export const roles: readonly Role[] = [
  base,
  ca,
  nginx,
  app,
  php,
  static_,
  haproxy,
  letsencrypt,
  keepalived,
  mysql,
  backup,
  pebble,
  prometheus,
  controller,
  ufw,
  hardening,
]
