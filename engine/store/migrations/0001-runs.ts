/** A run is told in pieces, as its journal grows: what is not known yet is null. */
export const runs = `
CREATE TABLE fettle.journals (
  run text PRIMARY KEY,
  bytes bigint NOT NULL DEFAULT 0,
  lines integer NOT NULL DEFAULT 0,
  pruned boolean NOT NULL DEFAULT false
);

CREATE TABLE fettle.runs (
  run text PRIMARY KEY,
  site text,
  environment text,
  command text,
  who text,
  machine text,
  process jsonb,
  hosts jsonb,
  revision text,
  dirty boolean,
  started timestamptz,
  finished timestamptz,
  duration double precision,
  problems jsonb
);

CREATE TABLE fettle.hosts (
  run text NOT NULL,
  host text NOT NULL,
  outcome text,
  changed integer,
  reacted integer,
  owed jsonb,
  problem jsonb,
  notices jsonb,
  duration double precision,
  PRIMARY KEY (run, host)
);
CREATE INDEX hosts_of_runs ON fettle.hosts (host, run);

CREATE TABLE fettle.facts (
  run text NOT NULL,
  host text NOT NULL,
  at timestamptz,
  facts jsonb,
  PRIMARY KEY (run, host)
);

CREATE TABLE fettle.resources (
  run text NOT NULL,
  host text NOT NULL,
  key text NOT NULL,
  role text,
  action text,
  outcome text,
  at timestamptz,
  differences jsonb,
  steps jsonb,
  provisional boolean,
  PRIMARY KEY (run, host, key)
);
CREATE INDEX resources_of_hosts ON fettle.resources (host, key, run);

CREATE TABLE fettle.reactions (
  run text NOT NULL,
  host text NOT NULL,
  unit text NOT NULL,
  asks text,
  because jsonb,
  owed boolean,
  outcome text,
  at timestamptz,
  PRIMARY KEY (run, host, unit)
);

CREATE TABLE fettle.steps (
  run text NOT NULL,
  line integer NOT NULL,
  at timestamptz,
  host text,
  key text,
  title text,
  came text,
  duration double precision,
  problem jsonb,
  PRIMARY KEY (run, line)
);

CREATE TABLE fettle.warnings (
  run text NOT NULL,
  line integer NOT NULL,
  at timestamptz,
  host text,
  message text,
  PRIMARY KEY (run, line)
);

CREATE TABLE fettle.releases (
  run text NOT NULL,
  line integer NOT NULL,
  at timestamptz,
  host text,
  app text,
  release text,
  happened text,
  PRIMARY KEY (run, line)
);
CREATE INDEX releases_of_apps ON fettle.releases (app, at);
`
