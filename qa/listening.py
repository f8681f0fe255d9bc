"""A port to serve on."""

from __future__ import annotations

import errno
import socket

from index.errors import UsageError


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; ``port`` 0 takes a free one. UsageError: the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise UsageError(
                "port {port} is in use", "--port names another, 0 takes a free one", port=port
            ) from error
        why = "not permitted" if isinstance(error, PermissionError) else "not an address of this machine"
        raise UsageError(
            "cannot listen on {host} port {port}: {why}", host=host, port=port, why=why
        ) from error
