# Written by Fettle (role letsencrypt): changes here are undone by the next run.
"""What a certificate says, and when it is renewed."""
import datetime
import hashlib

from cryptography import x509

UTC = datetime.timezone.utc


def read(path):
    """The first certificate of a file as a dict, times in seconds since the epoch; None where there is none."""
    try:
        with open(path, 'rb') as file:
            pem = file.read()
        certificate = x509.load_pem_x509_certificate(pem[pem.index(b'-----BEGIN CERTIFICATE') :])
    except (OSError, ValueError):
        return None
    return {
        'names': names_of(certificate),
        'issuer': issuer_of(certificate),
        'serial': f'{certificate.serial_number:X}',
        'from': moment(certificate, 'not_valid_before'),
        'until': moment(certificate, 'not_valid_after'),
        'placeholder': certificate.issuer == certificate.subject,
    }


def moment(certificate, which):
    """The library of Debian 12 knows times without a zone alone, and that of 13 warns of them."""
    known = getattr(certificate, f'{which}_utc', None) or getattr(certificate, which).replace(tzinfo=UTC)
    return known.timestamp()


def names_of(certificate):
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return found.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        return []


def issuer_of(certificate):
    for kind in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        for each in certificate.issuer.get_attributes_for_oid(kind):
            return each.value
    return certificate.issuer.rfc4514_string()


def renewed_at(found, names, directory, state, host):
    """
    0 where it is not what is wanted. Else before two thirds of its life, by up to a fifteenth of it: each balancer
    at a time of its own.
    """
    if not found or found['placeholder'] or set(found['names']) != set(names) or state.get('directory') != directory:
        return 0
    digest = hashlib.sha256(f'{host} {names}'.encode()).digest()
    share = 2 / 3 - digest[0] / 255 / 15
    return found['from'] + share * (found['until'] - found['from'])
