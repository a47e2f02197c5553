# Written by Fettle (role letsencrypt): changes here are undone by the next run.
"""Has an authority that speaks ACME (RFC 8555) issue a certificate."""
import datetime
import email.utils
import re
import time

import josepy as jose
import requests
from acme import challenges, client, crypto_util, errors, messages
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from failed import Failed

# Seconds in which an authority proves and issues; most take a few.
PATIENCE = 120


class Network(client.ClientNetwork):
    """Notes when a limit ends, and tries again as long as only the nonce is wrong, which the library does once."""

    retry_after = None

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.session.hooks['response'].append(self.note)

    def note(self, response, **_):
        if response.status_code == 429:
            self.retry_after = response.headers.get('Retry-After')

    def post(self, *args, **named):
        for rest in (4, 3, 2, 1, 0):
            try:
                return super().post(*args, **named)
            except messages.Error as error:
                if error.code != 'badNonce' or rest == 0:
                    raise


def order(config, names):
    """PEM of a new key, the certificate and its chain. Raises Failed."""
    net = network(config)
    try:
        acme = log_in(config, net)
        key, request = key_and_request(config, names)
        named = {'profile': config['profile']} if config['profile'] else {}
        wanted = acme.new_order(request, **named)
        proof = prover(config)
        try:
            for authorization in wanted.authorizations:
                prove(acme, authorization.body, proof)
            until = datetime.datetime.now() + datetime.timedelta(seconds=PATIENCE)
            return key.decode() + acme.poll_and_finalize(wanted, until).fullchain_pem
        finally:
            proof.clear()
    except errors.ValidationError as error:
        raise Failed('refused', '; '.join(refusals(error))) from error
    except errors.IssuanceError as error:
        raise Failed('refused', worded(error.error)) from error
    except messages.Error as error:
        raise failure(error, net) from error
    except TypeError as error:
        if config['profile']:
            raise Failed('refused', 'python3-acme of this release knows no profiles') from error
        raise
    except errors.TimeoutError as error:
        raise Failed('away', f'the authority took longer than {PATIENCE} s') from error
    except (errors.Error, requests.exceptions.RequestException, ValueError) as error:
        raise Failed('away', str(error)) from error


def network(config):
    with open(config['account'], 'rb') as file:
        key = serialization.load_pem_private_key(file.read(), None)
    is_rsa = isinstance(key, rsa.RSAPrivateKey)
    return Network(
        (jose.JWKRSA if is_rsa else jose.JWKEC)(key=key),
        alg=jose.RS256 if is_rsa else jose.ES256,
        verify_ssl=config['authority'] or True,
        user_agent='fettle',
        timeout=20,
    )


def log_in(config, net):
    """Registers the account where the authority does not know it yet."""
    acme = client.ClientV2(client.ClientV2.get_directory(config['directory'], net), net)
    binding = None
    if config['external']:
        with open(config['external']['key'], encoding='ascii') as file:
            binding = messages.ExternalAccountBinding.from_data(
                net.key.public_key(), config['external']['id'], file.read().strip(), acme.directory
            )
    wanted = messages.NewRegistration.from_data(
        email=config['email'], terms_of_service_agreed=True, external_account_binding=binding
    )
    try:
        acme.new_account(wanted)
    except errors.ConflictError as known:
        net.account = messages.RegistrationResource(uri=known.location, body=messages.Registration())
    return acme


def key_and_request(config, names):
    is_rsa = config['key'] == 'rsa'
    key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, crypto_util.make_csr(pem, names)


class OverHttp:
    """HAProxy answers, whatever the challenge is: there is nothing to put anywhere."""

    kind = challenges.HTTP01

    def place(self, name, challenge, key):
        pass

    def clear(self):
        pass


def prover(config):
    if not config['dns']:
        return OverHttp()
    from in_dns import InDns

    return InDns(config['dns'])


def prove(acme, authorization, proof):
    if authorization.status == messages.STATUS_VALID:
        return
    for each in authorization.challenges:
        if isinstance(each.chall, proof.kind):
            proof.place(authorization.identifier.value, each.chall, acme.net.key)
            acme.answer_challenge(each, each.response(acme.net.key))
            return
    raise Failed('refused', f'{authorization.identifier.value} cannot be proven by {proof.kind.typ} there')


def refusals(error):
    for each in error.failed_authzrs:
        for challenge in each.body.challenges:
            if challenge.error:
                yield f'{each.body.identifier.value}: {worded(challenge.error)}'


def worded(error):
    return f'{error.detail or error.title or "no reason given"} ({error.code or error.typ})'


def failure(error, net):
    if error.code == 'rateLimited':
        return Failed('limited', worded(error), ends(error, net))
    return Failed('away' if error.code in ('badNonce', 'serverInternal') else 'refused', worded(error))


def ends(error, net):
    """When a limit ends, in seconds since the epoch: as the header says, or the text, or in an hour."""
    said = net.retry_after or ''
    if said.isdigit():
        return time.time() + int(said)
    parsed = email.utils.parsedate_tz(said)
    if parsed:
        return email.utils.mktime_tz(parsed)
    found = re.search(r'retry after (\d+-\d+-\d+)[ T](\d+:\d+:\d+)', error.detail or '')
    if found:
        return datetime.datetime.fromisoformat(f'{found[1]}T{found[2]}+00:00').timestamp()
    return time.time() + 3600
