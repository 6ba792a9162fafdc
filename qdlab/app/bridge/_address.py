"""Where the bridge listens, and who may come in from there."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from qdlab.errors import InputError

_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port; an empty token lets anybody in, so only on loopback may it be empty."""

    host: str
    port: int
    token: str = ""

    @classmethod
    def parse(cls, text: str, token: str) -> Address:
        """Read "127.0.0.1:5025" or "[::1]:5025"; InputError if it is no address, or wants a better token."""
        host, colon, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65_536):
            raise InputError(f"--listen {text}: must be ADDRESS:PORT, such as 127.0.0.1:5025")
        if token and not (token.isascii() and token.isalnum() and len(token) >= _SHORTEST_TOKEN):
            raise InputError(f"--token: must be at least {_SHORTEST_TOKEN} letters and digits, nothing else")
        address = cls(host, int(port), token)
        if not (token or address._is_loopback()):
            raise InputError(
                f"--listen {text}: others could reach the cell there; give a --token as well, or listen on "
                f"127.0.0.1:{port}"
            )
        return address

    def listen(self) -> socket.socket:
        """Return a listening socket; InputError if the port is taken or the address not this computer's."""
        try:
            family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((self.host, self.port), family=family)
        except OSError as error:
            raise InputError(f"--listen {self.host}:{self.port}: {error}") from error

    def _is_loopback(self) -> bool:
        """Whether the name means this computer alone, whatever address it stands for."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise InputError(f"--listen {self.host}:{self.port}: {error}") from error
        return all(ipaddress.ip_address(str(item[4][0]).partition("%")[0]).is_loopback for item in found)
