/**
 * The row of a job is the lock of whoever decides about it. An attempt without an outcome is under way, and there is one
 * at most; whose lease is over has died.
 */
export const jobs = `
ALTER TABLE fettle.runs ADD COLUMN job text;

CREATE TABLE fettle.jobs (
  site text NOT NULL,
  job text NOT NULL,
  at text NOT NULL,
  timezone text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided timestamptz NOT NULL,
  fence bigint NOT NULL DEFAULT 0,
  told text,
  told_at timestamptz,
  PRIMARY KEY (site, job)
);

CREATE TABLE fettle.job_runs (
  site text NOT NULL,
  job text NOT NULL,
  scheduled timestamptz NOT NULL,
  attempt integer NOT NULL,
  cause text NOT NULL,
  missed integer NOT NULL,
  fence bigint,
  runner jsonb NOT NULL,
  started timestamptz NOT NULL DEFAULT clock_timestamp(),
  lease timestamptz,
  ended timestamptz,
  outcome text,
  exit integer,
  duration double precision,
  run text,
  output text,
  retry timestamptz,
  PRIMARY KEY (site, job, scheduled, attempt)
);
CREATE UNIQUE INDEX job_under_way ON fettle.job_runs (site, job) WHERE outcome IS NULL;
CREATE UNIQUE INDEX job_fences ON fettle.job_runs (site, job, fence) WHERE fence IS NOT NULL;
CREATE INDEX job_runs_by_start ON fettle.job_runs (site, started)`
