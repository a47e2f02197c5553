# Written by Fettle (role letsencrypt): changes here are undone by the next run.
"""Answers challenges in the DNS, by updates (RFC 2136) that a key signs."""
import time

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update
from acme import challenges

from failed import Failed

# Seconds.
TIMEOUT = 10


class InDns:
    kind = challenges.DNS01

    def __init__(self, config):
        self.config = config
        self.placed = []
        with open(config['secret'], encoding='ascii') as file:
            self.keys = dns.tsigkeyring.from_text({config['key']: file.read().strip()})

    def place(self, name, challenge, key):
        record = f'_acme-challenge.{name}.'
        value = challenge.validation(key)
        self.update(lambda update: update.add(record, 60, 'TXT', f'"{value}"'))
        self.placed.append((record, value))
        self.seen(record, value)

    def clear(self):
        for record, value in self.placed:
            try:
                self.update(lambda update: update.delete(record, 'TXT', f'"{value}"'))
            except Failed as failed:
                print(f'{record} stays in the DNS: {failed}')

    def update(self, change):
        update = dns.update.Update(self.config['zone'], keyring=self.keys, keyalgorithm=self.config['algorithm'])
        change(update)
        answer = self.ask(update)
        if answer.rcode() != dns.rcode.NOERROR:
            raise Failed('away', f'{self.server()} does not take updates of {self.config["zone"]}: {dns.rcode.to_text(answer.rcode())}')

    def seen(self, record, value):
        until = time.time() + TIMEOUT
        while value not in str(self.ask(dns.message.make_query(record, 'TXT'))):
            if time.time() > until:
                raise Failed('away', f'{self.server()} took {record}, and does not tell it')
            time.sleep(0.5)

    def ask(self, message):
        try:
            return dns.query.tcp(message, self.config['server'], port=self.config['port'], timeout=TIMEOUT)
        except (OSError, dns.exception.DNSException) as error:
            raise Failed('away', f'{self.server()} does not answer: {error}') from error

    def server(self):
        return f'the name server {self.config["server"]}'
