#!/usr/bin/perl
# Writes orders with numbers of their own until it is told to stop, one after the other on each of some connections, and
# says what became of each: `ok NUMBER BEGAN ENDED`, or `no` where nobody knows. One more reads what was acknowledged
# some seconds ago: `read NUMBER BEGAN ENDED` where it is there, `missing` where it is not, `unread` where nobody answers.
# Usage: writer.pl HOST WRITER-PORT READER-PORT AUTHORITY CONNECTIONS LOG FIRST
use strict;
use warnings;
use DBI;
use Time::HiRes qw(sleep time);

my ($host, $writer_port, $reader_port, $authority, $connections, $log, $first) = @ARGV;
my $running = 1;
my @children;
$SIG{TERM} = sub { $running = 0; kill 'TERM', @children };

sub connection {
    my ($port) = @_;
    my $place = "database=shop;host=$host;port=$port;mariadb_read_default_file=/run/shop.cnf;mariadb_ssl=1"
        . ";mariadb_ssl_ca_file=$authority;mariadb_ssl_verify_server_cert=1;mariadb_connect_timeout=2"
        . ';mariadb_read_timeout=2;mariadb_write_timeout=2';
    return DBI->connect("DBI:MariaDB:$place", 'shop', undef, { RaiseError => 0, PrintError => 0, AutoCommit => 1 });
}

sub out {
    my ($name) = @_;
    open my $file, '>>', "$log.$name" or die "$log.$name: $!\n";
    $file->autoflush(1);
    return $file;
}

sub write_orders {
    my ($name) = @_;
    my $file = out($name);
    my $number = $first + $name * 10_000_000;
    my $database;
    while ($running) {
        $database ||= connection($writer_port);
        if (!$database) { sleep 0.02; next }
        my $began = time;
        my $done = $database->do('INSERT INTO orders (id) VALUES (?)', undef, ++$number);
        printf $file "%s %d %.6f %.6f\n", $done ? 'ok' : 'no', $number, $began, time;
        if (!$done) { $database->disconnect; undef $database }
        sleep 0.005;
    }
}

# What a server that is five seconds behind must have.
sub read_orders {
    my $file = out('reader');
    my ($database, @old);
    my $orders;
    while ($running) {
        if (!$orders) { open $orders, '<', "$log.1" or do { sleep 0.1; next } }
        while (my $line = <$orders>) { push @old, [split ' ', $line] if $line =~ /^ok / }
        seek $orders, 0, 1;
        while ($running && @old && $old[0][3] < time - 6) {
            my $number = (shift @old)->[1];
            $database ||= connection($reader_port);
            my $began = time;
            my ($found) = $database ? $database->selectrow_array('SELECT COUNT(*) FROM orders WHERE id = ?', undef, $number) : ();
            printf $file "%s %d %.6f %.6f\n", !defined $found ? 'unread' : $found ? 'read' : 'missing', $number, $began, time;
            if (!defined $found) { $database->disconnect if $database; undef $database; sleep 0.02 }
        }
        sleep 0.05;
    }
}

for my $name (1 .. $connections, 'reader') {
    my $child = fork;
    if ($child) { push @children, $child; next }
    @children = ();
    $name eq 'reader' ? read_orders() : write_orders($name);
    exit 0;
}
waitpid $_, 0 for @children;
