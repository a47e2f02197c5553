/**
 * Shell that finds the database server of a host and how root speaks to it: `$flavor`, `$unit`, both empty where there is
 * none, and `sql`, which reads statements from its input and answers in lines with tabs, `named` with the names of columns.
 * No password, no file of settings. `$within` may be a command that bounds how long it takes.
 */
export const client = `
flavor= unit= within=
if [ -x /usr/sbin/mariadbd ]; then flavor=mariadb unit=mariadb.service
elif [ -x /usr/sbin/mysqld ]; then flavor=mysql unit=mysql.service; fi
named() { $within "$flavor" --no-defaults --user=root --batch --connect-timeout=5 "$@"; }
sql() { named --raw --skip-column-names "$@"; }
`
