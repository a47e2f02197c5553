import { quote } from '../../../engine/core/shell.ts'
import type { PracticeHost } from '../harness.ts'
import { does } from '../support/does.ts'

/** Takes what is posted to port 9099, and letters at 9025, and keeps all of it in `/run/told`. */
const program = String.raw`
use strict; use warnings; use IO::Socket::INET;
$| = 1;
sub kept { open my $file, '>>', '/run/told' or die; print $file @_; close $file }
sub door { IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $_[0], Listen => 16, ReuseAddr => 1) or die "$!" }
my ($web, $mail) = (door(9099), door(9025));
if (fork) {
    while (my $caller = $web->accept) {
        my ($first, $length) = (scalar <$caller>, 0);
        while (my $line = <$caller>) { $length = $1 if $line =~ /^content-length: (\d+)/i; last if $line =~ /^\r?\n$/ }
        read $caller, my $body, $length;
        kept("posted $first$body\n");
        print $caller "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        close $caller;
    }
}
while (my $caller = $mail->accept) {
    print $caller "220 sink\r\n";
    my $letter = 0;
    while (my $line = <$caller>) {
        if ($letter) { kept("mailed $line"); next if $line ne ".\r\n"; $letter = 0; print $caller "250 kept\r\n"; next }
        if ($line =~ /^DATA/i) { $letter = 1; print $caller "354 go on\r\n"; next }
        kept("mailed $line") if $line =~ /^RCPT/i;
        print $caller $line =~ /^QUIT/i ? "221 bye\r\n" : "250 well\r\n";
        last if $line =~ /^QUIT/i;
    }
    close $caller;
}
`

/** Begins to listen on a host. */
export const startSinks = async (host: PracticeHost): Promise<void> => {
  await does(host, `systemd-run --quiet --unit=sinks perl -e ${quote(program)}`)
}

/** All that was told so far. */
export const toldTo = async (host: PracticeHost): Promise<string> => (await host.sh('cat /run/told 2>/dev/null')).stdout
