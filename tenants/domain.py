"""Pure rules of who is who: random ids, the check digit of the unified social credit identifier."""

import secrets
import string

# Base32 without look-alikes that would need escaping in the ledger's id grammar.
_ID_ALPHABET = string.ascii_lowercase + "234567"
_ID_LENGTH = 12
# GB 32100-2015, 5 and 6: 31 signs (I, O, S, V and Z are left out) and the weight of each of 17 places.
_USCI_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCI_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCI_LENGTH = 18


def new_id(prefix: str) -> str:
    """A random id such as `per_abcdefghijkl`: 60 bits, within the ledger's id grammar."""
    return f"{prefix}_" + "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))


def usci_is_valid(text: str) -> bool:
    """Whether `text` is a unified social credit identifier whose check sign fits.

    Source: GB 32100-2015, 5.2 and 6: C18 = 31 - (sum of C_i * 3^(i-1) mod 31) mod 31.
    """
    if len(text) != _USCI_LENGTH or any(sign not in _USCI_SIGNS for sign in text):
        return False
    return text[-1] == usci_check_sign(text[:-1])


def usci_check_sign(body: str) -> str:
    """The 18th sign of a 17-sign body. Source: GB 32100-2015, 6."""
    total = sum(_USCI_SIGNS.index(sign) * weight for sign, weight in zip(body, _USCI_WEIGHTS, strict=True))
    return _USCI_SIGNS[(31 - total % 31) % 31]
