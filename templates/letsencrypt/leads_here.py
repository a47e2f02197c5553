# Written by Fettle (role letsencrypt): changes here are undone by the next run.
"""Whether an authority would find our answers under a name."""
import http.client
import secrets
import socket

from failed import Failed


def check(names, thumbprint, at):
    """At one address, or where the DNS says. Raises Failed with all that is wrong."""
    problems = [problem for name in names for problem in problems_of(name, thumbprint, at)]
    if problems:
        raise Failed('elsewhere', '; '.join(problems))


def problems_of(name, thumbprint, at):
    if at:
        return problem_at(name, at, thumbprint)
    try:
        found = socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
    except OSError:
        return [f'{name} does not lead here: it has no address']
    addresses = sorted({each[4][0] for each in found})
    return [problem for each in addresses for problem in problem_at(name, each, thumbprint)]


def problem_at(name, address, thumbprint):
    token = f'fettle-{secrets.token_hex(8)}'
    connection = http.client.HTTPConnection(address, 80, timeout=5)
    try:
        connection.request('GET', f'/.well-known/acme-challenge/{token}', headers={'Host': name})
        answer = connection.getresponse()
        if answer.read(1000).decode(errors='replace').strip() == f'{token}.{thumbprint}':
            return []
        return [f'{name} does not lead here: at {address} somebody else answers ({answer.status})']
    except (OSError, http.client.HTTPException):
        return [f'{name} does not lead here: at {address} nobody answers on port 80']
    finally:
        connection.close()
