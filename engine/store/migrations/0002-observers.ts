/** Observers of database clusters, and the failovers that they began. Times are this database's own. */
export const observers = `
CREATE TABLE fettle.observers (
  observer text PRIMARY KEY,
  cluster text NOT NULL,
  who text NOT NULL,
  epoch integer NOT NULL,
  gone boolean NOT NULL,
  began timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX observers_of_clusters ON fettle.observers (cluster, seen);

CREATE TABLE fettle.failovers (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster text NOT NULL,
  epoch integer NOT NULL,
  writer text NOT NULL,
  observer text NOT NULL,
  who text NOT NULL,
  run text,
  claimed timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended timestamptz,
  outcome text
);
CREATE INDEX failovers_of_clusters ON fettle.failovers (cluster, number);
`
