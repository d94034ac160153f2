"""start-smtp-sink.py DIR

A mail server (aiosmtpd) that fails as it is told to, on two free ports of this machine: one in the clear with STARTTLS,
one with TLS. Prints "ready PLAIN TLS" when it answers, and "kept N.eml" for every mail. Ends when it is told to or when its standard input closes.
"mailer" signs in with "mail-secret", over TLS only.

Every mail is kept as DIR/mails/N.eml, with X-Sink-From and X-Sink-To in front, and every event as a line of JSON in
DIR/events.jsonl. What fails is chosen by the recipient's local part:
  grey-N        451 for the first N attempts      e550, e452, e421 …   that answer to the recipient
  d554, d451 …  that answer after the mail        drop-rcpt, drop-data the connection ends there
  lost-ok       the mail is kept, and the connection ends before the answer
  slow-N        N seconds of silence              hang-data            silence for ever, after the mail
  once-X        X, and only the first time
DIR/mode makes the whole server fail: banner421, garbage, stall, auth535, auth454.
NO_TLS=1 leaves out STARTTLS, NEEDS_AUTH=1 wants everybody to sign in, NO_UTF8=1 leaves out SMTPUTF8, LIMIT=N takes no more
than N connections at a time.
"""

import asyncio
import json
import os
import re
import ssl
import subprocess
import sys
from collections import Counter
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

FOLDER = Path(sys.argv[1]).resolve()
MAILS = FOLDER / "mails"
MAILS.mkdir(parents=True, exist_ok=True)
subprocess.run([Path(__file__).with_name("mkcert.sh"), FOLDER / "tls"], check=True)
TLS = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
TLS.load_cert_chain(FOLDER / "tls/server.pem", FOLDER / "tls/server.key")
LIMIT = int(os.environ.get("LIMIT", "1000"))
seen = Counter()
count = Counter()


def log(**event):
    with open(FOLDER / "events.jsonl", "a", encoding="utf-8") as events:
        events.write(json.dumps(event) + "\n")


def mode():
    try:
        return (FOLDER / "mode").read_text().strip()
    except OSError:
        return ""


def fault(recipient):
    name = recipient.split("@")[0].lower()
    if not name.startswith("once-"):
        return name
    seen[recipient] += 1
    return name[5:] if seen[recipient] == 1 else ""


def authenticate(_server, session, _envelope, _mechanism, data):
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"mailer", b"mail-secret")
    log(event="auth", right=is_right, tls=bool(session.ssl))
    if mode() == "auth454":
        return AuthResult(success=False, handled=False, message="454 4.7.0 Temporary authentication failure")
    if mode() == "auth535" or not is_right:
        return AuthResult(success=False, handled=False, message="535 5.7.8 Authentication credentials invalid")
    return AuthResult(success=True)


class Handler:
    async def handle_RCPT(self, server, _session, envelope, address, _options):
        what = fault(address)
        log(event="rcpt", to=address, fault=what)
        if found := re.fullmatch(r"grey-(\d+)", what):
            seen[address] += 1
            if seen[address] <= int(found[1]):
                return "451 4.7.1 Greylisted, please try again later"
        if found := re.fullmatch(r"e(\d{3})", what):
            if found[1] == "421":
                asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return f"{found[1]} {found[1][0]}.1.1 <{address}>: injected"
        if found := re.fullmatch(r"slow-(\d+)", what):
            await asyncio.sleep(int(found[1]))
        if what == "drop-rcpt":
            server.transport.abort()
            return "421 gone"
        envelope.rcpt_tos.append(address)
        envelope.fault = what
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if found := re.fullmatch(r"d(\d{3})", envelope.fault):
            return f"{found[1]} {found[1][0]}.6.0 injected"
        if envelope.fault == "hang-data":
            await asyncio.sleep(3600)
        count["mails"] += 1
        file = MAILS / f"{count['mails']:05d}.eml"
        head = f"X-Sink-From: {envelope.mail_from}\r\nX-Sink-To: {', '.join(envelope.rcpt_tos)}\r\n"
        file.with_suffix(".part").write_bytes(head.encode() + envelope.original_content)
        file.with_suffix(".part").rename(file)
        log(event="kept", file=file.name, to=envelope.rcpt_tos, tls=bool(session.ssl), auth=bool(session.authenticated))
        print("kept", file.name, flush=True)
        if envelope.fault == "lost-ok":
            server.transport.abort()
        return f"250 2.0.0 kept as {file.name}"


class Server(SMTP):
    def connection_made(self, transport):
        count["open"] += 1
        log(event="connection")
        if mode() == "stall":
            self.transport = transport
        elif mode() == "garbage":
            self.say(transport, b"HTTP/1.1 400 Bad Request\r\n\r\n")
        elif mode() == "banner421":
            self.say(transport, b"421 4.3.2 Service shutting down\r\n")
        elif count["open"] > LIMIT:
            self.say(transport, b"421 4.7.0 Too many connections\r\n")
        else:
            super().connection_made(transport)

    def say(self, transport, line):
        self.transport = transport
        transport.write(line)
        transport.close()

    def connection_lost(self, error):
        count["open"] -= 1
        try:
            super().connection_lost(error)
        except Exception:  # one that never began
            pass

    async def smtp_DATA(self, arg):
        if self.envelope is not None and getattr(self.envelope, "fault", "") == "drop-data":
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readline()
            self.transport.abort()
            return None
        return await super().smtp_DATA(arg)


def server(is_tls):
    has_tls = not is_tls and not os.environ.get("NO_TLS")
    return lambda: Server(
        Handler(),
        hostname="sink.test",
        enable_SMTPUTF8=not os.environ.get("NO_UTF8"),
        data_size_limit=50_000_000,
        authenticator=authenticate,
        auth_require_tls=not is_tls,
        auth_required=bool(os.environ.get("NEEDS_AUTH")),
        tls_context=TLS if has_tls else None,
        loop=asyncio.get_running_loop(),
        timeout=300,
    )


async def main():
    loop = asyncio.get_running_loop()
    plain = await loop.create_server(server(False), "127.0.0.1", 0)
    encrypted = await loop.create_server(server(True), "127.0.0.1", 0, ssl=TLS)
    ports = [it.sockets[0].getsockname()[1] for it in (plain, encrypted)]
    print("ready", *ports, flush=True)
    # Whoever started it holds its standard input open.
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
